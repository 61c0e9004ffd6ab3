import type { JobDefinition } from "../../jobs/job-definition.js";
import { environmentName, type Variant, variantEnvironment } from "../../jobs/variant.js";

/** Where to get the source of a job. */
export type SourcePlace = { kind: "git"; url: string; revision: string } | { kind: "upload"; address: string };

export interface ReproductionFacts {
  source: SourcePlace;
  definition: Pick<JobDefinition, "prepare" | "build" | "command" | "timeoutMs">;
  /** The folder of the suite file within the source; empty for the root. */
  path: string;
  /** How much memory the grid allowed. */
  memoryBytes: number;
  variant: Variant;
  /** The addresses (`<host>:<port>`) of the services that the test requires, if they have one. */
  services: Readonly<Record<string, string>>;
}

/** The commands that run the test as the grid did, for a POSIX shell. */
export function reproduce(facts: ReproductionFacts): string[] {
  const { source, path, definition, variant, services, memoryBytes } = facts;
  const environment = {
    ...Object.fromEntries(
      Object.entries(services).map(([name, address]) => [`HOLDFAST_SERVICE_${environmentName(name)}`, address]),
    ),
    ...variantEnvironment(variant),
  };
  const before = [definition.prepare, definition.build].filter((step) => step !== null);
  const seconds = Math.ceil(definition.timeoutMs / 1_000);
  return [
    ...(source.kind === "git"
      ? [
          `git clone --recurse-submodules ${quote(source.url)} source && cd source && git checkout ${quote(source.revision)}`,
        ]
      : [
          "# HOLDFAST_TOKEN: your token for this grid; `holdfast token create` makes one",
          `mkdir source && cd source && curl -fsSH "Authorization: Bearer $HOLDFAST_TOKEN" ${quote(source.address)} | tar xz`,
        ]),
    ...(path === "" ? [] : [`cd ${quote(path)}`]),
    ...Object.entries(environment).map(([name, value]) => `export ${name}=${quote(value)}`),
    ...before.flatMap(shell),
    `# the grid let it take ${Math.round(memoryBytes / 2 ** 20)} MiB of memory`,
    ...shell(definition.command).map((line, index) => (index === 0 ? `timeout ${seconds} ${line}` : line)),
  ];
}

/** A step in a separate shell, as the grid runs it, so that an `exit` ends only this step. */
function shell(step: string): string[] {
  return `sh -c ${quote(step.trimEnd())}`.split("\n");
}

/** Quotes any text as one word for a POSIX shell. */
export function quote(word: string): string {
  return /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`;
}
