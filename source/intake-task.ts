import { readFile } from "node:fs/promises";
import { FileError, type FileMistake } from "../domain/config/located-yaml.js";
import {
  assertKnownFacts,
  assertKnownServices,
  type KnownFacts,
  parseSuiteFile,
  type Suite,
} from "../domain/config/suite-file.js";
import { suiteFileName } from "../domain/config/suite-file-name.js";
import type { FailureIdentifier } from "../domain/failures/failures.js";
import { defineVariants, type JobDefinition } from "../domain/jobs/job-definition.js";
import { checkPacked, type PackedSource, SourceError, UnknownTestError } from "./pack/packed.js";

/** A request to a thread of the intake. */
export type IntakeTask =
  | { kind: "check"; packed: string | Uint8Array; limitBytes: number; place: string }
  | {
      kind: "define";
      suiteText: string;
      place: string;
      /** The wanted tests; null means all. */
      only: readonly string[] | null;
      /** The services and facts of the grid; null if the suite was checked against them before. */
      grid: { services: readonly string[]; facts: KnownFacts } | null;
      mostJobs: number;
    };

/** The content of a submitted suite file. */
export interface DefinedSuite extends Pick<Suite, "owner" | "project" | "mail" | "supersede"> {
  definitions: JobDefinition[];
}

/** An answer that can be sent between threads. Errors would lose their class there. */
export type IntakeAnswer =
  | { result: PackedSource | DefinedSuite }
  | { mistakes: FileMistake[] }
  | { unknownTest: string }
  | { identifier: FailureIdentifier; message: string };

/** The limit of all jobs of a submission together in the database. */
const mostDefinitionBytes = 64 * 2 ** 20;

/** Reads user input. Runs in a thread, because it may take long. */
export default async function answer(task: IntakeTask): Promise<IntakeAnswer> {
  try {
    return { result: task.kind === "check" ? await check(task) : define(task) };
  } catch (error) {
    if (error instanceof FileError) return { mistakes: error.mistakes };
    if (error instanceof UnknownTestError) return { unknownTest: error.message };
    if (error instanceof SourceError) return { identifier: error.identifier, message: error.message };
    throw error;
  }
}

async function check(task: Extract<IntakeTask, { kind: "check" }>): Promise<PackedSource> {
  const content = typeof task.packed === "string" ? await readFile(task.packed) : Buffer.from(task.packed);
  return checkPacked(content, task.limitBytes, task.place);
}

function define(task: Extract<IntakeTask, { kind: "define" }>): DefinedSuite {
  const suite = parseSuiteFile(task.suiteText);
  if (task.grid !== null) {
    assertKnownServices(suite, task.grid.services);
    assertKnownFacts(suite, task.grid.facts);
  }
  assertKnownTests(suite.value, task.only);
  const definitions: JobDefinition[] = [];
  let bytes = 0;
  for (const name of new Set(task.only ?? Object.keys(suite.value.tests))) {
    const ofTest = defineVariants(suite.value, name, task.place);
    bytes += ofTest.length * JSON.stringify(ofTest[0] ?? "").length;
    definitions.push(...ofTest);
    if (definitions.length > task.mostJobs)
      throw new FileError([
        suite.mistakeAt(["tests", name], `with this test there are more than ${task.mostJobs} jobs (limits.jobs)`),
      ]);
    if (bytes > mostDefinitionBytes)
      throw new FileError([suite.mistakeAt(["tests", name], "with this test the jobs are too large to store")]);
  }
  const { owner, project, mail, supersede } = suite.value;
  return { owner, project, mail, supersede, definitions };
}

function assertKnownTests(suite: Suite, wanted: readonly string[] | null): void {
  const known = Object.keys(suite.tests);
  const missing = (wanted ?? []).filter((test) => !Object.hasOwn(suite.tests, test));
  if (missing.length > 0)
    throw new UnknownTestError(
      "user/wrong-suite-file",
      `${suiteFileName} has no test ${missing.join(", ")}; it has ${known.slice(0, 50).join(", ")}`,
    );
}
