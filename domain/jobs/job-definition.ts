import type { Suite } from "../config/suite-file.js";
import { expandMatrix } from "./matrix.js";
import type { ResultsSource } from "../results/results-source.js";
import type { Variant } from "./variant.js";

/** What one job runs. It is fixed at submission. */
export interface JobDefinition {
  test: string;
  variant: Variant;
  command: string;
  code: string[] | null;
  require: string[];
  recommend: string[];
  /** Requirements in the code that do not hold for this test, each with the reason; absent in jobs before 0.4. */
  waive?: Record<string, string>;
  disturbs: string[];
  timeoutMs: number;
  prepare: string | null;
  build: string | null;
  components: Record<string, string>;
  /** Which parts of the proof of a failure the suite wants; absent in jobs before 0.3. */
  proof?: { confirmation: boolean; baseline: boolean };
  results: ResultsSource;
  /** Globs of the files that are kept after each attempt. */
  artifacts: string[];
  /** The folder of the suite file within the source, where its commands run; absent for the root. */
  path?: string;
  /** Set if the test runs in a private network. */
  network?: "private";
  /** Names of the secrets that it gets; absent if there are none. */
  secrets?: string[];
}

/** Requires a machine that can give a test a private network. */
const privateNetwork = "machine:network=private";

/** A definition as it is stored. Earlier versions did not store all fields. */
export type StoredDefinition = Omit<JobDefinition, "results" | "artifacts"> &
  Partial<Pick<JobDefinition, "results" | "artifacts">>;

/** Completes a definition that any version has stored. */
export function completeDefinition(stored: StoredDefinition): JobDefinition {
  return { results: { kind: "exit" }, artifacts: [], ...stored };
}

/**
 * One definition for each test in each variant.
 * @param only the names of the wanted tests; null means all
 * @param path the folder of the suite file within the source; empty for the root
 */
export function defineJobs(suite: Suite, only: readonly string[] | null, path = ""): JobDefinition[] {
  const wanted = only === null ? undefined : new Set(only);
  return Object.keys(suite.tests)
    .filter((name) => wanted?.has(name) ?? true)
    .flatMap((name) => defineVariants(suite, name, path));
}

/** One definition for each variant of a test that the suite has. */
export function defineVariants(suite: Suite, name: string, path = ""): JobDefinition[] {
  const test = suite.tests[name]!;
  return expandMatrix(test.matrix).map((variant) => ({
    test: name,
    variant,
    command: test.test,
    code: test.code ?? null,
    require: test.network === "private" ? [...new Set([...test.require, privateNetwork])] : test.require,
    recommend: test.recommend,
    ...(Object.keys(test.waive).length > 0 ? { waive: test.waive } : {}),
    disturbs: test.disturbs,
    timeoutMs: test.duration,
    prepare: test.prepare ?? null,
    build: test.build ?? null,
    components: suite.components,
    proof: suite.proof,
    results: test.results,
    artifacts: test.artifacts,
    ...(path === "" ? {} : { path }),
    ...(test.network === "private" ? { network: test.network } : {}),
    ...(test.secrets.length > 0 ? { secrets: [...new Set(test.secrets)] } : {}),
  }));
}
