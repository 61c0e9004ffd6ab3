/** The words that code, SQL, API, page and mail share. docs/glossary.md explains them. */

export const jobStates = ["analysing", "waiting", "held", "preparing", "running", "verifying", "finished"] as const;
export type JobState = (typeof jobStates)[number];

export const verdicts = ["pass", "fail", "abort"] as const;
export type Verdict = (typeof verdicts)[number];

export const abortReasons = [
  "hold-expired",
  "cancelled",
  "superseded",
  "rejected",
  "unsatisfiable",
  "undiagnosed",
  "skipped",
] as const;
export type AbortReason = (typeof abortReasons)[number];

export const blames = ["code", "infrastructure", "user", "unknown"] as const;
export type Blame = (typeof blames)[number];

export const phases = ["fetch", "lease", "prepare", "build", "test", "collect"] as const;
export type Phase = (typeof phases)[number];

/** How one attempt ended (docs/verdict.md, section 1). */
export const outcomes = ["passed", "candidate", "dirty", "infrastructure", "user", "skipped"] as const;
export type Outcome = (typeof outcomes)[number];

export const submissionStates = ["fetching", "held", "expanded", "rejected", "cancelled", "expired"] as const;
export type SubmissionState = (typeof submissionStates)[number];

export const serviceStates = ["up", "degraded", "down", "unknown", "maintenance"] as const;
export type ServiceState = (typeof serviceStates)[number];

/** How bad it is when a probe keeps failing: a degraded service holds no job. */
export const severities = ["degraded", "down"] as const;
export type Severity = (typeof severities)[number];

export const outageKinds = ["unplanned", "maintenance"] as const;
export type OutageKind = (typeof outageKinds)[number];

/** What an admin can stop. */
export const pauseScopes = ["grid", "service", "machine", "job"] as const;
export type PauseScope = (typeof pauseScopes)[number];

export const pauseKinds = ["pause", "maintenance"] as const;
export type PauseKind = (typeof pauseKinds)[number];

export const machineHealths = ["good", "unknown", "bad", "maintenance", "retired"] as const;
export type MachineHealth = (typeof machineHealths)[number];

export function assertNever(value: never): never {
  throw new Error(`unexpected value: ${JSON.stringify(value)}`);
}
