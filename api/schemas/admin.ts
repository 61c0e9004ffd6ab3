import { durationMs, isoTime, isoUntil } from "../../domain/config/fields.js";
import { exclusionRule } from "../../domain/config/grid-file.js";
import { isScopeText, scopeForms } from "../../domain/holds/pause.js";
import { pauseKinds, pauseScopes } from "../../domain/states.js";
import { signed } from "../requests/caller.js";
import { z } from "zod";

/** Requests and answers of routes for admins. */

const time = z.iso.datetime();
export const reason = z.string().trim().min(1, "say why").max(2_000, "at most 2000 characters");
export const by = z
  .string()
  .trim()
  .min(1)
  .max(200)
  .optional()
  .transform(signed)
  .meta({ description: "The person who asks, for the audit; the name of the token is added" });
export const lasting = durationMs.refine((ms) => ms <= 10 * 365 * 86_400_000, "at most ten years");
const scope = z.string().refine(isScopeText, scopeForms).meta({ description: scopeForms });

export const pauseRequest = z
  .strictObject({
    scope,
    reason,
    by,
    until: isoUntil.optional(),
    for: lasting.optional().meta({ description: "A duration, instead of `until`" }),
    now: z.boolean().default(false).meta({ description: "Also stop running jobs; they are held, and run again later" }),
    dryRun: z.boolean().default(false).meta({ description: "Only say what the pause would hold" }),
  })
  .refine((request) => request.until === undefined || request.for === undefined, "`until` and `for` exclude each other")
  .meta({ id: "PauseRequest" });

export const pauseFilter = z.strictObject({
  past: z.coerce.number().int().min(0).max(1_000).default(0).meta({ description: "How many ended pauses to include" }),
});

export const resumeRequest = z.strictObject({ scope, reason, by }).meta({ id: "ResumeRequest" });

export const maintenanceRequest = z
  .strictObject({ scope, from: isoTime, until: isoUntil, reason, by })
  .refine(({ from, until }) => until > from, "`until` must be later than `from`")
  .meta({ id: "MaintenanceRequest" });

export const pauseView = z
  .object({
    pauseId: z.string(),
    kind: z.enum(pauseKinds),
    scope: z.enum(pauseScopes),
    name: z.string(),
    reason: z.string(),
    author: z.string(),
    since: time,
    until: time.nullable(),
    endedAt: time.nullable(),
    endedBy: z.string().nullable(),
  })
  .meta({ id: "Pause" });

export const pauseList = z.object({ pauses: z.array(pauseView) }).meta({ id: "Pauses" });

const jobLine = z.object({ jobId: z.string(), test: z.string(), owner: z.string() });
export const pausePreview = z
  .object({
    scope: z.string(),
    jobs: z.int().meta({ description: "Jobs that could run now and would be held" }),
    owners: z.array(z.object({ owner: z.string(), jobs: z.int() })),
    next: z.array(jobLine).meta({ description: "The jobs that would have run next" }),
    running: z.array(jobLine).meta({ description: "The running jobs that `now` would stop" }),
  })
  .meta({ id: "PausePreview" });

export const overrideRequest = z
  .strictObject({
    state: z.enum(["up", "down"]),
    until: isoUntil.optional(),
    for: lasting.optional(),
    reason,
    by,
  })
  .refine((request) => (request.until === undefined) !== (request.for === undefined), "say either `until` or `for`")
  .meta({ id: "OverrideRequest" });

export const overriddenView = z
  .object({
    service: z.string(),
    override: z
      .object({
        state: z.enum(["up", "down"]),
        reason: z.string(),
        author: z.string(),
        since: time,
        until: time,
      })
      .nullable(),
  })
  .meta({ id: "Overridden" });

export const exclusionRequest = exclusionRule
  .extend({ by, dryRun: z.boolean().default(false).meta({ description: "Only say what the rule would do" }) })
  .meta({ id: "ExclusionRequest" });
const effect = {
  machines: z.array(z.string()).meta({ description: "The machines of the grid that match now" }),
  tests: z.array(z.string()).meta({ description: "The tests that match, of those that ran or wait" }),
  stale: z.string().nullable().meta({ description: "Why the rule has no effect; null if it has one" }),
};
export const exclusionMade = z
  .object({
    exclusionId: z.string().nullable().meta({ description: "Null for a dry run" }),
    rule: exclusionRule,
    author: z.string(),
    ...effect,
    applied: z.boolean(),
    changes: z.array(z.string()).meta({ description: "What the rule changes, as sentences" }),
  })
  .meta({ id: "ExclusionMade" });
export const exclusionList = z
  .object({
    exclusions: z.array(
      z.object({
        exclusionId: z.string().nullable().meta({ description: "Null for a rule of grid.yaml" }),
        rule: exclusionRule,
        author: z.string(),
        createdAt: time.nullable(),
        ...effect,
      }),
    ),
  })
  .meta({ id: "Exclusions" });

export const byRequest = z.strictObject({ reason, by });
export const drainRequest = z.strictObject({ draining: z.boolean(), reason, by }).meta({ id: "DrainRequest" });
export const extendRequest = z
  .strictObject({ for: lasting, reason: reason.optional(), by })
  .meta({ id: "ExtendRequest" });
export const extendView = z.object({ jobId: z.string(), leftMs: z.number() }).meta({ id: "Extended" });

export const outageRequest = z
  .strictObject({ service: z.string().min(1), from: isoTime, to: isoUntil, reason, by })
  .refine(({ from, to }) => to > from, "`to` must be later than `from`")
  .refine(({ to }) => to <= new Date().toISOString(), "`to` is in the future; only a past outage can be recorded")
  .meta({ id: "OutageRequest" });

export const outageRecorded = z
  .object({ outageId: z.string(), service: z.string(), from: time, to: time })
  .meta({ id: "OutageRecorded" });

export const auditFilter = z.strictObject({
  limit: z.coerce.number().int().min(1).max(1_000).default(50),
  before: z.coerce.number().int().optional(),
});
export const auditList = z
  .object({
    audit: z.array(
      z.object({
        auditId: z.int(),
        at: time,
        actor: z.string(),
        action: z.string(),
        target: z.string(),
        detail: z.string(),
      }),
    ),
    next: z.int().nullable(),
  })
  .meta({ id: "Audit" });

/** A file with signatures, as a command sends it. */
const signatureText = z.strictObject({ file: z.string().min(1), text: z.string().max(1_000_000) });

export const applyRequest = z
  .strictObject({
    file: z.string().default("grid.yaml"),
    /** The folder that relative paths in the file start from. */
    folder: z.string().startsWith("/"),
    text: z.string().regex(/\S/, "is empty; nothing is changed").max(1_000_000),
    /** Hashes of the stored sources of services that are probed by a test. */
    sources: z.record(z.string(), z.string()).default({}),
    signatures: signatureText.optional().meta({ description: "The file that grid.yaml names under `signatures`" }),
    dryRun: z.boolean().default(false),
    by,
  })
  .meta({ id: "ApplyRequest" });
export const applyView = z
  .object({
    applied: z.boolean(),
    changes: z.array(z.string()),
    details: z
      .array(z.string())
      .meta({ description: "The same changes for each setting, durations in ms; texts are left out" }),
    refused: z.array(z.string()).meta({ description: "Signatures that are left out, each with its place" }),
  })
  .meta({ id: "Applied" });

export const signatureCheckRequest = z
  .strictObject({
    signatures: signatureText.optional().meta({ description: "If left out, the signatures of the grid are checked" }),
  })
  .meta({ id: "SignatureCheckRequest" });
export const signatureCheckView = z
  .object({
    signatures: z.int(),
    attempts: z.int().meta({ description: "Attempts that passed and whose logs were searched" }),
    refused: z.array(z.string()),
  })
  .meta({ id: "SignatureCheck" });
