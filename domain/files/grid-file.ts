import { z } from "zod";
import { durationMs, itemName, mailAddress, scalarText, sizeBytes } from "./fields.js";
import { FileError, parseLocatedYaml } from "./located-yaml.js";
import { defaultVerdictPolicy } from "../verdict/policy.js";
import { matchesPattern } from "../pattern.js";

const address = z.string().regex(/^[^\s:]+:(\d+|\$PORT)$/, "not an address; write <host>:<port>");

const probe = z
  .strictObject({
    tcp: address.optional(),
    http: z
      .string()
      .regex(/^https?:\/\/\S+$/, "not an http address")
      .optional(),
    script: z.string().min(1).optional(),
  })
  .refine((kinds) => Object.keys(kinds).length === 1, "a probe is one of tcp, http, script");

const service = z.strictObject({
  probe,
  every: durationMs.default(10_000).describe("Interval of the probes"),
  timeout: durationMs.default(5_000).describe("Time limit of one probe"),
  down: z.int().min(1).default(3).describe("Failed probes in a row that make it down"),
  up: z.int().min(1).default(2).describe("Good probes in a row that make it up again"),
  from: z
    .enum(["control", "both"], { error: "only `control` and `both` are understood so far" })
    .default("both")
    .describe("Where it is probed from"),
  scope: z
    .literal("grid", { error: "only `grid` is understood so far" })
    .default("grid")
    .describe("A service is one for the whole grid"),
  runbook: z.string().optional(),
  start: z
    .string()
    .min(1)
    .optional()
    .describe(
      "A command that the single-machine grid runs to provide the service; $PORT in it and in the probe is a free port",
    ),
});

const machine = z.strictObject({
  host: itemName.optional().describe("Machines with one host fail together; defaults to the machine's name"),
  slots: z.int().min(1).max(64).default(1).describe("Jobs that run beside each other"),
  facts: z.record(itemName, scalarText).default({}),
  hooks: z.strictObject({ provision: z.string().min(1).optional() }).default({}),
});

const isoTime = z.union([z.string(), z.date()]).transform((value, context) => {
  const time = new Date(value);
  if (!Number.isNaN(time.getTime())) return time.toISOString();
  context.addIssue({ code: "custom", message: `"${String(value)}" is not a date; write one such as 2027-01-31` });
  return z.NEVER;
});

const exclusion = z.strictObject({
  tests: z.string().optional(),
  variants: z.string().optional(),
  machines: z.string().optional(),
  facts: z.record(itemName, scalarText).optional(),
  reason: z.string().min(1),
  until: isoTime.optional(),
});

const count = z.int().min(1);
const times = defaultVerdictPolicy;

/** grid.yaml: services, machines and policies of a grid. */
export const gridFile = z.strictObject({
  services: z.record(itemName, service).default({}),
  machines: z.record(itemName, machine).default({}),
  admins: z.array(mailAddress).default([]),
  hold: z
    .strictObject({ budget: durationMs.default(14 * 86_400_000), unsatisfiable: durationMs.default(3_600_000) })
    .prefault({}),
  verdict: z
    .strictObject({
      "back-off": durationMs.default(times.backOffMs),
      "back-off-max": durationMs.default(times.backOffMaxMs),
      claims: count.default(times.claims),
      "dirty-attempts": count.default(times.dirtyAttempts),
      "dirty-time": durationMs.default(times.dirtyMs),
      "machines-lost": count.default(times.machinesLost),
      "recheck-runs": count.default(times.recheckRuns),
      grace: durationMs.default(30_000).describe("How long a running job waits for a service that went down"),
    })
    .prefault({}),
  mail: z.strictObject({ from: z.string().min(3).default("Holdfast <holdfast@localhost>") }).prefault({}),
  limits: z
    .strictObject({ source: sizeBytes.default(256 * 2 ** 20), log: sizeBytes.default(8 * 2 ** 20) })
    .prefault({}),
  exclusions: z.array(exclusion).default([]),
  selections: z
    .array(z.strictObject({ machines: z.string(), tests: z.string(), reason: z.string().min(1) }))
    .default([]),
});

export type GridConfig = z.output<typeof gridFile>;
export type ServiceConfig = GridConfig["services"][string];
export type ProbeConfig = ServiceConfig["probe"];

/** @throws FileError with every mistake and its place, machines that no rule could ever match among them. */
export function parseGridFile(file: string, text: string): GridConfig {
  const located = parseLocatedYaml(file, text, gridFile);
  const names = Object.keys(located.value.machines);
  const mistakes = (["exclusions", "selections"] as const).flatMap((key) =>
    located.value[key].flatMap((rule, index) =>
      rule.machines === undefined ||
      names.length === 0 ||
      names.some((name) => matchesPattern(name, rule.machines ?? "*"))
        ? []
        : [
            located.mistakeAt(
              [key, index, "machines"],
              `no machine of this grid is called "${rule.machines}"; it has ${names.join(", ")}`,
            ),
          ],
    ),
  );
  if (mistakes.length > 0) throw new FileError(mistakes);
  return located.value;
}
