import { defaultRate } from "../health/watch-pace.js";
import { z } from "zod";
import {
  durationMs,
  httpAddress,
  isoTime,
  isoUntil,
  itemName,
  mailAddress,
  requirementText,
  scalarText,
} from "./fields.js";
import { limitsSection, sourcesSection } from "./limits-section.js";
import { probeConfig, testSource } from "./probe-config.js";
import { signInSection } from "./sign-in-section.js";
import { signaturesField } from "./signature-file.js";
import { isFailureIdentifier } from "../failures/failures.js";
import { isScopeText, scopeForms } from "../holds/pause.js";
import { defaultVerdictPolicy } from "../verdict/policy.js";
import { severities } from "../states.js";

const service = z.strictObject({
  probe: probeConfig,
  every: durationMs.default(10_000).describe("Interval between probes"),
  timeout: durationMs.default(5_000).describe("Time limit of one probe"),
  rate: z
    .number()
    .positive()
    .default(defaultRate)
    .describe("How many probes per second all agents together may make; with more agents, each probes less often"),
  down: z.int().min(1).default(3).describe("After this many failed probes in a row the service is down"),
  up: z.int().min(1).default(2).describe("After this many good probes in a row the service is up again"),
  severity: z
    .enum(severities)
    .default("down")
    .describe("The state when the probe keeps failing; `degraded` holds no job"),
  from: z.enum(["control", "machine", "both"]).default("both").describe("Who probes it"),
  scope: z.enum(["grid", "machine"]).default("grid").describe("One service for the whole grid, or one on each machine"),
  dependsOn: z.array(itemName).default([]).describe("If one of these services is down, this one is down too"),
  owner: mailAddress.optional().describe("Is notified of its outages, in addition to the admins"),
  runbook: z.string().optional(),
  control: testSource
    .optional()
    .describe(
      "A test that is known to be good and needs the service; it runs in turn with a test that seems to break the service",
    ),
  start: z
    .string()
    .min(1)
    .optional()
    .describe(
      "A command that the single-machine grid runs to provide the service; $PORT in it and in the probe becomes a free port",
    ),
});

const machine = z.strictObject({
  host: itemName.optional().describe("Machines with the same host fail together; the default is the machine's name"),
  slots: z.int().min(1).max(64).default(1).describe("How many attempts run at the same time"),
  facts: z.record(itemName, scalarText).default({}),
  hooks: z.strictObject({ provision: z.string().min(1).optional() }).default({}),
  confine: z.boolean().default(true).describe("If the agent is root, tests run as a separate user, within `limits`"),
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
        .describe(
          "The owner is notified when a repository's server has refused a source for this long, for example with 404",
        ),
      flapping: z
        .strictObject({
          count: count.default(3).describe("A service that goes down this many times within `within` is flapping"),
          within: durationMs.default(3_600_000),
          settle: durationMs
            .default(300_000)
            .describe("A flapping service counts as up after this time without a failure"),
          "settle-max": durationMs.default(4 * 3_600_000),
        })
        .prefault({}),
      trust: durationMs
        .default(30_000)
        .describe("A job that ran for this long after an outage, without a problem, counts as good"),
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
          "If this many projects and tests begin to fail within `within` and have no baseline, their failures are confirmed again after `wait`",
        ),
      disturbances: count.default(times.disturbances).describe("After this many, the job runs alone"),
      trials: count.default(times.trials),
      "quiet-trials": count.default(times.quietTrials),
      grace: durationMs.default(30_000).describe("How long a running job waits for a service that goes down"),
      reopen: durationMs
        .default(30 * 86_400_000)
        .describe(
          "How long after its verdict a failure can be verified again because of an outage that was recorded later",
        ),
    })
    .prefault({}),
  maintenance: z.array(maintenance).default([]),
  mail: z
    .strictObject({
      from: z.string().min(3).default("Holdfast <holdfast@localhost>"),
      gather: durationMs.default(3_000).describe("Outages that begin within this time are one mail"),
      calm: durationMs.default(60_000).describe("Admins are notified of the end of an outage after this time"),
      remind: durationMs
        .default(3_600_000)
        .describe("Time until the first reminder of an outage; it doubles for each further one"),
      "remind-max": durationMs.default(86_400_000),
      "digest-from": count.default(10).describe("Submissions of this many jobs or more are reported in digests"),
      alarms: z.int().min(0).default(5).describe("How many failures of such a submission get their own mail"),
      "digest-after": durationMs.default(86_400_000).describe("The longest time that a result waits for its digest"),
      retry: durationMs
        .default(2_000)
        .describe("First pause before a mail is sent again; it doubles for each further try"),
      "retry-max": durationMs.default(300_000),
      "give-up": durationMs
        .default(14 * 86_400_000)
        .describe(
          "How long Holdfast retries a recipient that the relay rejects temporarily; it waits without a limit for an unreachable relay",
        ),
    })
    .prefault({}),
  alarm: z
    .strictObject({
      webhook: httpAddress.optional().describe("Gets a POST about outages while the mail relay is down"),
      "dead-man": httpAddress.optional().describe("Gets a GET at intervals while the grid is healthy"),
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
        .describe("Target for the share of attempts that are lost to infrastructure"),
      identifiers: z
        .record(
          z.string().refine((text): boolean => isFailureIdentifier(text), "is not a failure identifier"),
          z.number().min(0).max(1),
        )
        .default({})
        .describe("Targets for single failure identifiers, such as infra/prepare-error: 0.01"),
      over: durationMs.default(7 * 86_400_000),
      "at-least": count.default(50).describe("With fewer attempts than this there is no alarm"),
    })
    .prefault({}),
  analysis: z
    .strictObject({
      unread: z
        .enum(["warn", "hold", "ignore"])
        .default("warn")
        .describe("What to do with a test if none of its code could be read"),
      open: z
        .enum(["warn", "hold", "ignore"])
        .default("warn")
        .describe("What to do with a test if some calls in its code were not understood"),
      functions: z
        .record(z.string().min(1), z.array(requirementText))
        .default({})
        .describe("What functions of third-party libraries require, such as pg.Client.connect: [service:db]"),
      mounts: z
        .record(itemName, z.string().startsWith("/"))
        .default({})
        .describe("The folder of each service that is mounted"),
    })
    .prefault({})
    .describe("How the code of tests is read for requirements"),
  limits: limitsSection,
  "sign-in": signInSection.optional().describe("How people sign in to the page with an OpenID Connect provider"),
  sources: sourcesSection,
  signatures: signaturesField.describe("Labels for lines of logs: a file, or the signatures themselves"),
  exclusions: z.array(exclusionRule).default([]),
  selections: z
    .array(z.strictObject({ machines: z.string(), tests: z.string(), reason: z.string().min(1) }))
    .default([]),
});

export type GridConfig = z.output<typeof gridFile>;
export type ServiceConfig = GridConfig["services"][string];

const defaults = gridFile.parse({});

/** Adds the defaults to a configuration that an earlier version stored. */
export function completeConfig(stored: GridConfig): GridConfig {
  return {
    ...defaults,
    ...stored,
    limits: { ...defaults.limits, ...stored.limits },
    analysis: { ...defaults.analysis, ...(stored.analysis as Partial<GridConfig["analysis"]> | undefined) },
    hold: { ...defaults.hold, ...stored.hold },
  };
}

/** Whether the agents count the probes of a service, each for its own machine. */
export function isWatchedByMachines({ scope, from }: Pick<ServiceConfig, "scope" | "from">): boolean {
  return scope === "machine" || from === "machine";
}
