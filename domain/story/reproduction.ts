import type { JobDefinition } from "../job-definition.js";
import { environmentName, type Variant, variantEnvironment } from "../variant.js";

/** Where the source of a job is to be had. */
export type SourcePlace = { kind: "git"; url: string; revision: string } | { kind: "upload"; address: string };

export interface ReproductionFacts {
  source: SourcePlace;
  definition: Pick<JobDefinition, "prepare" | "build" | "command">;
  variant: Variant;
  /** `<host>:<port>` by service, of those that the test requires and that have one. */
  services: Readonly<Record<string, string>>;
}

/** The commands by which anyone can run the test as the grid did, for a POSIX shell. */
export function reproduce({ source, definition, variant, services }: ReproductionFacts): string[] {
  const environment = {
    ...Object.fromEntries(
      Object.entries(services).map(([name, address]) => [`HOLDFAST_SERVICE_${environmentName(name)}`, address]),
    ),
    ...variantEnvironment(variant),
  };
  const steps = [definition.prepare, definition.build, definition.command].filter((step) => step !== null);
  return [
    ...(source.kind === "git"
      ? [`git clone ${quote(source.url)} source && cd source && git checkout ${quote(source.revision)}`]
      : [
          `mkdir source && cd source && curl -sfH "Authorization: Bearer $HOLDFAST_TOKEN" ${quote(source.address)} | tar xz`,
        ]),
    ...Object.entries(environment).map(([name, value]) => `export ${name}=${quote(value)}`),
    ...steps.flatMap((step) => (step.includes("\n") ? ["(", ...step.trimEnd().split("\n"), ")"] : [step])),
  ];
}

/** One word for a POSIX shell, whatever it holds. */
export function quote(word: string): string {
  return /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`;
}
