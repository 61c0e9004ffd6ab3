import { isComparison, type Attempt } from "./attempt.js";
import { isLikeConflict } from "./comparison/siblings.js";
import type { VerdictPolicy } from "./policy.js";

/** The attempts since verification last restarted, by kind. */
export interface AttemptHistory {
  policy: VerdictPolicy;
  /** Runs of the job itself. */
  own: Attempt[];
  /** Comparison runs. */
  beside: Attempt[];
  /** How often verification has restarted, and the attempt that caused the last restart. */
  fresh: { times: number; because: Attempt | null };
}

/**
 * Sorts the attempts of a job. Verification restarts if the source that last passed does not pass any more, or if an
 * isolation trial's control had a problem. The earlier runs then say something about the environment, not about the code.
 */
export function partitionAttempts(attempts: readonly Attempt[], policy: VerdictPolicy): AttemptHistory {
  const fresh: AttemptHistory["fresh"] = { times: 0, because: null };
  let own: Attempt[] = [];
  let beside: Attempt[] = [];
  for (const attempt of attempts) {
    if (!isComparisonRun(attempt)) own.push(attempt);
    else if (!startsOver(attempt, own)) beside.push(attempt);
    else {
      fresh.times++;
      fresh.because = attempt;
      [own, beside] = [[], []];
    }
  }
  return { policy, own, beside, fresh };
}

export function isComparisonRun({ purpose }: Attempt): boolean {
  return isComparison(purpose);
}

/** Runs of a test that is known to be good, all of which passed. */
export function controlsOf({ beside }: AttemptHistory): Attempt[] {
  return beside.filter(({ purpose }) => purpose === "control");
}

export function hasNoResult({ outcome }: Attempt): boolean {
  return outcome === "dirty" || outcome === "infrastructure";
}

/** How often a run of the job broke something that worked when it began (docs/verdict.md, section 4). */
export function disturbances(own: readonly Attempt[]): Attempt[] {
  return own.filter((attempt) => hasNoResult(attempt) && (attempt.disturbed ?? []).length > 0);
}

function startsOver(beside: Attempt, own: readonly Attempt[]): boolean {
  if (beside.purpose !== "baseline") return beside.outcome !== "passed";
  // If the job itself has passed as well, both are intermittent. That decides the verdict; there is no further trial.
  return (
    beside.outcome === "candidate" && !isLikeConflict(beside, own) && !own.some(({ outcome }) => outcome === "passed")
  );
}
