import { z } from "zod";
import { defaultLimits } from "../attempt-limits.js";
import { durationMs, httpAddress, isoTime, isoUntil, itemName, mailAddress, scalarText, sizeBytes } from "./fields.js";
import { probeConfig, testSource } from "./probe-config.js";
import { signaturesField } from "./signature-file.js";
import { isFailureIdentifier } from "../failures.js";
import { isScopeText, scopeForms } from "../pause.js";
import { defaultArtifacts } from "../results/artifact-limits.js";
import { defaultVerdictPolicy } from "../verdict/policy.js";
import { severities } from "../words.js";

const service = z.strictObject({
  probe: probeConfig,
  every: durationMs.default(10_000).describe("Interval of the probes"),
  timeout: durationMs.default(5_000).describe("Time limit of one probe"),
  rate: z
    .number()
    .positive()
    .default(50)
    .describe("Probes per second that all agents together may make; with more of them each looks less often"),
  down: z.int().min(1).default(3).describe("Failed probes in a row that make it down"),
  up: z.int().min(1).default(2).describe("Good probes in a row that make it up again"),
  severity: z
    .enum(severities)
    .default("down")
    .describe("What it is when its probe keeps failing; `degraded` holds no job"),
  from: z.enum(["control", "machine", "both"]).default("both").describe("Where it is probed from"),
  scope: z
    .enum(["grid", "machine"])
    .default("grid")
    .describe("Whether it is one for the whole grid, or each machine has its own"),
  dependsOn: z.array(itemName).default([]).describe("Services without which this one is down as well"),
  owner: mailAddress.optional().describe("Is told of its outages, beside the admins"),
  runbook: z.string().optional(),
  control: testSource
    .optional()
    .describe("A test known to be good that needs it, tried in turn with a test that seems to break it"),
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
  confine: z
    .boolean()
    .default(true)
    .describe("Tests run as a user of their own, within `limits`, where the agent is root"),
});

export const exclusionRule = z.strictObject({
  tests: z.string().optional(),
  variants: z.string().optional(),
  machines: z.string().optional(),
  facts: z.record(itemName, scalarText).optional(),
  reason: z.string().min(1),
  until: isoUntil.optional(),
});

const maintenance = z.strictObject({
  scope: z.string().refine(isScopeText, scopeForms).describe("grid, service:<name> or machine:<name>"),
  from: isoTime,
  until: isoUntil,
  reason: z.string().min(1),
});

const count = z.int().min(1);
const times = defaultVerdictPolicy;

/** grid.yaml: services, machines and policies of a grid. */
export const gridFile = z.strictObject({
  services: z.record(itemName, service).default({}),
  machines: z.record(itemName, machine).default({}),
  admins: z.array(mailAddress).default([]),
  hold: z
    .strictObject({
      budget: durationMs.default(14 * 86_400_000),
      unsatisfiable: durationMs.default(3_600_000),
      "refused-fetch": durationMs
        .default(120_000)
        .describe("How long a repository's server must refuse a source, such as by 404, before the owner is told"),
      flapping: z
        .strictObject({
          count: count.default(3).describe("Times of going down within `within` that make a service flapping"),
          within: durationMs.default(3_600_000),
          settle: durationMs.default(300_000).describe("How long a flapping service must be up before it counts as up"),
          "settle-max": durationMs.default(4 * 3_600_000),
        })
        .prefault({}),
      trust: durationMs
        .default(30_000)
        .describe("A job let through after an outage that ran for so long without trouble counts as good"),
    })
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
      crowd: z
        .strictObject({
          sources: count.default(2),
          tests: count.default(3),
          within: durationMs.default(600_000),
          wait: durationMs.default(times.crowdWaitMs),
        })
        .prefault({})
        .describe(
          "Candidates of so many sources (projects and branches) and tests together, with nothing to hold them against, are confirmed once more after `wait`",
        ),
      disturbances: count.default(times.disturbances).describe("After so many a job is tried alone"),
      trials: count.default(times.trials),
      "quiet-trials": count.default(times.quietTrials),
      grace: durationMs.default(30_000).describe("How long a running job waits for a service that went down"),
      reopen: durationMs
        .default(30 * 86_400_000)
        .describe("How long a failure that was told is run again when an outage turns up that reaches into its proof"),
    })
    .prefault({}),
  maintenance: z.array(maintenance).default([]),
  mail: z
    .strictObject({
      from: z.string().min(3).default("Holdfast <holdfast@localhost>"),
      gather: durationMs.default(3_000).describe("Outages that begin within this time share a mail"),
      calm: durationMs.default(60_000).describe("How long an outage must be over before its end is told"),
      remind: durationMs
        .default(3_600_000)
        .describe("First reminder of an outage that lasts; each next one takes twice as long"),
      "remind-max": durationMs.default(86_400_000),
      "digest-from": count.default(10).describe("Submissions of so many jobs are told in digests"),
      alarms: z.int().min(0).default(5).describe("Failures of such a submission that have a mail of their own"),
      "digest-after": durationMs.default(86_400_000).describe("How long news waits at most for its digest"),
      retry: durationMs
        .default(2_000)
        .describe("First pause before a mail is tried again; each next one takes twice as long"),
      "retry-max": durationMs.default(300_000),
      "give-up": durationMs
        .default(14 * 86_400_000)
        .describe(
          "How long a recipient is tried whom the relay turns away for now; a relay that is away is waited for without end",
        ),
    })
    .prefault({}),
  alarm: z
    .strictObject({
      webhook: httpAddress.optional().describe("Told of outages by POST while the mail relay is down"),
      "dead-man": httpAddress.optional().describe("Asked by GET again and again while the grid is well"),
      every: durationMs.default(60_000),
    })
    .prefault({}),
  levels: z
    .strictObject({
      "infrastructure-share": z
        .number()
        .min(0)
        .max(1)
        .default(0.05)
        .describe("Target: attempts lost to infrastructure among all"),
      identifiers: z
        .record(
          z.string().refine((text): boolean => isFailureIdentifier(text), "is no failure identifier"),
          z.number().min(0).max(1),
        )
        .default({})
        .describe("Targets of single failure identifiers, such as infra/prepare-error: 0.01"),
      over: durationMs.default(7 * 86_400_000),
      "at-least": count.default(50).describe("Attempts below which nothing is alarmed"),
    })
    .prefault({}),
  limits: z
    .strictObject({
      source: sizeBytes.default(256 * 2 ** 20),
      log: sizeBytes.default(8 * 2 ** 20),
      report: sizeBytes
        .default(256 * 2 ** 20)
        .describe("How much is read of all result files of an attempt; beyond it the exit code decides"),
      artifacts: sizeBytes.default(defaultArtifacts.bytes).describe("All files together that are kept of one attempt"),
      "artifact-count": count.default(defaultArtifacts.count).describe("Files that are kept of one attempt"),
      memory: sizeBytes
        .default(defaultLimits.memory)
        .describe("Of an attempt whose test declares no machine:memory>=…"),
      disk: sizeBytes.default(defaultLimits.disk).describe("Of an attempt's source, home and temporary files together"),
      processes: z.int().min(16).default(defaultLimits.processes).describe("Of an attempt, threads among them"),
      jobs: count.default(10_000).describe("Of one submission"),
      "open-jobs": count.default(200_000).describe("Of one submitter (a token) that have not ended"),
      uploads: count.default(8).describe("That one submitter may send at a time"),
      "uploads-per-day": sizeBytes.default(100 * 2 ** 30).describe("What one submitter may send in a day (of UTC)"),
    })
    .prefault({}),
  sources: z
    .strictObject({
      allow: z
        .array(
          z
            .string()
            .regex(
              /^((\*\.)?[\w-]+(\.[\w-]+)*\.?|[\da-f:.]+(\/\d{1,3})?)$/i,
              "write a host, an address or a network, such as git.example.org or 10.0.0.0/8",
            ),
        )
        .default([])
        .describe("Hosts, addresses and networks that sources may be fetched from; empty for every public host"),
      file: z.boolean().default(false).describe("Whether paths of the control worker's machine may be fetched"),
    })
    .optional()
    .describe(
      "Where git sources may come from. Left out, all public hosts; a grid that listens on loopback allows its own machine, too",
    ),
  signatures: signaturesField.describe("What lines of logs mean: a file beside this one, or the signatures themselves"),
  exclusions: z.array(exclusionRule).default([]),
  selections: z
    .array(z.strictObject({ machines: z.string(), tests: z.string(), reason: z.string().min(1) }))
    .default([]),
});

export type GridConfig = z.output<typeof gridFile>;
export type ServiceConfig = GridConfig["services"][string];

const defaults = gridFile.parse({});

/** A configuration that an earlier version has stored, with what came since. */
export function completeConfig(stored: GridConfig): GridConfig {
  return {
    ...defaults,
    ...stored,
    limits: { ...defaults.limits, ...stored.limits },
    hold: { ...defaults.hold, ...stored.hold },
  };
}

/** Whether agents count its probes, each for its own machine. */
export function isWatchedByMachines({ scope, from }: Pick<ServiceConfig, "scope" | "from">): boolean {
  return scope === "machine" || from === "machine";
}
