import { coveredMs, difference } from "../time/interval.js";
import type { FailureIdentifier } from "../failures/failures.js";

/** A time in which a job could not run, or ran without a result. `until` is null while it lasts. ISO times. */
export interface CountedTime {
  reason: FailureIdentifier;
  since: string;
  until: string | null;
}

export interface BudgetPolicy {
  budgetMs: number;
  /** How long a job that no machine can satisfy is held before it ends. */
  unsatisfiableMs: number;
}

export interface BudgetState {
  leftMs: number;
  /** How the job ends when nothing is left. */
  ends: "hold-expired" | "unsatisfiable";
}

/** Holds for these reasons do not count, because an admin caused them. */
const exempt: ReadonlySet<FailureIdentifier> = new Set(["admin/paused", "admin/maintenance"]);

/**
 * What is left of a job's hold budget (docs/verdict.md, section 5). Held time, back-off and lost attempts count; overlaps count
 * once. Pauses and maintenance do not count.
 */
export function budgetLeft(times: readonly CountedTime[], now: string, policy: BudgetPolicy): BudgetState {
  const nowMs = Date.parse(now);
  const toInterval = (time: CountedTime) => ({
    start: Date.parse(time.since),
    end: Math.min(nowMs, time.until === null ? nowMs : Date.parse(time.until)),
  });
  const unsatisfiable = times.find((time) => time.reason === "user/unsatisfiable" && time.until === null);
  if (unsatisfiable !== undefined) {
    return {
      leftMs: Math.max(0, policy.unsatisfiableMs - coveredMs([toInterval(unsatisfiable)])),
      ends: "unsatisfiable",
    };
  }
  const isExempt = ({ reason }: CountedTime) => exempt.has(reason);
  const counted = times.filter((time) => !isExempt(time)).map(toInterval);
  const spentMs = coveredMs(difference(counted, times.filter(isExempt).map(toInterval)));
  return { leftMs: Math.max(0, policy.budgetMs - spentMs), ends: "hold-expired" };
}
