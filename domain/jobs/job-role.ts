import type { ComparisonPurpose, CompanionPurpose } from "../verdict/attempt.js";
import type { ComparisonRequest } from "../verdict/decision.js";

/** Why a job exists. */
export type JobRole =
  /** Somebody submitted it. */
  | { kind: "user" }
  /** It is the probe of a service that a test watches. */
  | { kind: "monitor"; service: string }
  /** Its result is compared with the failure of another job. */
  | { kind: "comparison"; of: string; purpose: ComparisonPurpose; wish: ComparisonRequest | null }
  /** It runs a failure again because of an outage that was recorded later. */
  | { kind: "reverification"; of: string };

/** A role as the database stores it: in nullable columns. */
export interface StoredRole {
  monitors: string | null;
  companionOf: string | null;
  companionPurpose: CompanionPurpose | null;
  companionWish: ComparisonRequest | null;
}

export function roleOf({ monitors, companionOf, companionPurpose, companionWish }: StoredRole): JobRole {
  if (monitors !== null) return { kind: "monitor", service: monitors };
  if (companionOf === null || companionPurpose === null) return { kind: "user" };
  if (companionPurpose === "reopen") return { kind: "reverification", of: companionOf };
  return { kind: "comparison", of: companionOf, purpose: companionPurpose, wish: companionWish };
}

/** Whether the job's verdict is reported to people. */
export function isForPeople({ kind }: JobRole): boolean {
  return kind === "user" || kind === "reverification";
}

/** Whether the job is one whose pass shows that the environment works: a known-good test, or a quiet window. */
export function isControl(role: JobRole): boolean {
  return role.kind === "comparison" && role.purpose !== "baseline";
}

/** The id of the job for which this job runs; null if it runs for itself. */
export function runsFor(role: JobRole): string | null {
  return role.kind === "comparison" || role.kind === "reverification" ? role.of : null;
}

/** What the other job asked of its comparison run; null for other roles. */
export function wishOf(role: JobRole): ComparisonRequest | null {
  return role.kind === "comparison" ? role.wish : null;
}
