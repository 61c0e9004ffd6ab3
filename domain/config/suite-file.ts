import { z } from "zod";
import { durationMs, itemName, mailAddress, requirementText, secretName } from "./fields.js";
import { matrixConfig } from "./matrix-config.js";
import { resultsConfig } from "./results-config.js";
import { globProblem } from "../results/glob.js";
import { staysInside } from "../results/results-source.js";
import { FileError, type LocatedFile, parseLocatedYaml } from "./located-yaml.js";
import { suiteFileName } from "./suite-file-name.js";
import { mailForms, mailWhens } from "../mail/mail-policy.js";
import { nearest } from "../requirements/nearest.js";
import { areComparable, kindOf } from "../requirements/quantity.js";
import { parseRequirement, servicesOf } from "../requirements/requirement.js";

/** A confirmation may take twice as long. That is still within the time limit of an attempt. */
const longestMs = 3 * 86_400_000;

const command = z.string().regex(/\S/, "a command must not be empty");

const globText = z
  .string()
  .refine(staysInside, "a path or glob of files inside the source")
  .superRefine((glob, context) => {
    const problem = globProblem(glob);
    if (problem !== undefined) context.addIssue({ code: "custom", message: `"${glob}": ${problem}` });
  });

const suiteTest = z.strictObject({
  test: command.describe("The command of the test; /bin/sh -c runs it in the folder of the suite file"),
  code: z
    .array(z.string().min(1))
    .optional()
    .describe("Files that are read for requirements; the default is those that `test` names"),
  require: z
    .array(requirementText)
    .default([])
    .describe("What the test needs, such as service:nfs or machine:memory>=2GiB"),
  recommend: z
    .array(requirementText)
    .default([])
    .describe("What the test can use but does not need; it is shown, and no job waits for it"),
  waive: z
    .array(
      z.record(requirementText, z.string().min(1)).refine((one) => Object.keys(one).length > 0, "name a requirement"),
    )
    .default([])
    .transform((list): Record<string, string> => Object.assign({}, ...list))
    .describe("Requirements in the code that do not hold for this test, each with the reason; they are shown"),
  duration: durationMs
    .refine((limit) => limit <= longestMs, "at most 3d")
    .default(600_000)
    .describe("Time limit of the test, such as 10m"),
  matrix: matrixConfig,
  results: resultsConfig,
  artifacts: z
    .array(globText)
    .max(100)
    .default([])
    .describe("Files to keep after the test, such as shots/*.png, however it ended"),
  secrets: z
    .array(secretName)
    .max(50)
    .default([])
    .describe("Secrets of the project that the test gets as environment variables, such as NPM_TOKEN"),
  prepare: command.optional().describe("Runs before the test; a problem here is infrastructure"),
  build: command.optional().describe("Runs after prepare; a problem here is the code's"),
  network: z
    .enum(["shared", "private"])
    .default("shared")
    .describe(
      "private: the test itself runs in a separate network, in which it can reach only the services that it requires",
    ),
  disturbs: z.array(requirementText).default([]).describe("Services that this test breaks on purpose"),
});

/** holdfast.yaml: the tests of a source. */
export const suiteFile = z.strictObject({
  owner: mailAddress.describe("The address that is notified of the results"),
  project: itemName
    .optional()
    .describe(
      "The name under which the history of the tests is kept; the default is the name of the submitted folder or repository",
    ),
  tests: z.record(itemName, suiteTest).refine((tests) => Object.keys(tests).length > 0, "name at least one test"),
  proof: z
    .strictObject({ confirmation: z.boolean().default(true), baseline: z.boolean().default(true) })
    .prefault({})
    .describe("What a failure needs before its author is notified; the mail says what was left out"),
  mail: z
    .strictObject({ when: z.enum(mailWhens).optional(), as: z.enum(mailForms).optional() })
    .default({})
    .describe(
      "Which results to send, and whether one by one or in a digest; `auto` makes digests for large submissions",
    ),
  supersede: z
    .boolean()
    .default(false)
    .describe("A newer submission of the same project and branch ends older jobs that have not run"),
  components: z.record(itemName, command).default({}).describe("Commands whose output is shown as versions in mails"),
});

export type Suite = z.output<typeof suiteFile>;

/** Parses holdfast.yaml. @throws FileError with the mistakes and their places */
export function parseSuiteFile(text: string): LocatedFile<Suite> {
  return parseLocatedYaml(
    suiteFileName,
    text,
    suiteFile,
    ([first, , third]) => first === "tests" && third === "matrix",
  );
}

/** The facts that machines of a grid have, each with its values. */
export type KnownFacts = Readonly<Record<string, readonly string[]>>;

/**
 * Refuses requirements on facts that no machine has, and comparisons of values of different kinds. A grid without machines
 * knows no facts and refuses nothing. @throws FileError that names each place, and the nearest fact
 */
export function assertKnownFacts(suite: LocatedFile<Suite>, known: KnownFacts): void {
  if (Object.keys(known).length === 0) return;
  const mistakes = Object.entries(suite.value.tests).flatMap(([name, { require }]) =>
    require.flatMap((text, index) => {
      const mistake = factMistake(text, known);
      return mistake === undefined ? [] : [suite.mistakeAt(["tests", name, "require", index], mistake)];
    }),
  );
  if (mistakes.length > 0) throw new FileError(mistakes);
}

function factMistake(text: string, known: KnownFacts): string | undefined {
  const requirement = parseRequirement(text);
  if (requirement.kind !== "machine") return undefined;
  const { name, operator, value } = requirement;
  const values = known[name];
  if (values === undefined)
    return `"${text}": no machine of this grid has the fact ${name}; the nearest is ${nearest(name, Object.keys(known))}`;
  const isOrder = operator !== "=" && operator !== "!=";
  if (!isOrder || values.some((fact) => areComparable(kindOf(fact), kindOf(value)))) return undefined;
  return `"${text}": ${name} is a ${kindOf(values[0]!)} such as ${values[0]}, and ${value} is a ${kindOf(value)}`;
}

/** Refuses requirements on services that the grid does not define. @throws FileError that names each place */
export function assertKnownServices(suite: LocatedFile<Suite>, known: readonly string[]): void {
  const mistakes = Object.entries(suite.value.tests).flatMap(([name, test]) =>
    (["require", "disturbs"] as const).flatMap((key) =>
      test[key].flatMap((text, index) =>
        servicesOf([text])
          .filter((service) => !known.includes(service))
          .map((service) =>
            suite.mistakeAt(
              ["tests", name, key, index],
              `this grid defines no service "${service}"; it has ${known.join(", ") || "none"}`,
            ),
          ),
      ),
    ),
  );
  if (mistakes.length > 0) throw new FileError(mistakes);
}
