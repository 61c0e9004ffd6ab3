import type { Attempt } from "./attempt.js";
import { isLikeConflict } from "./controls/siblings.js";
import type { VerdictPolicy } from "./policy.js";

/** What a decision rests on: the attempts since the count last started over, told apart. */
export interface AttemptHistory {
  policy: VerdictPolicy;
  /** Runs of the job itself. */
  own: Attempt[];
  /** Runs of what it is compared with. */
  beside: Attempt[];
  /** How often the count has started over, and what the last time was about. */
  fresh: { times: number; because: Attempt | null };
}

/**
 * Sorts the attempts of a job. The count starts over when the source that last passed does not pass any more, or the
 * control of an isolation trial met trouble itself: what came before says something about the environment, not about the code.
 */
export function partitionAttempts(attempts: readonly Attempt[], policy: VerdictPolicy): AttemptHistory {
  const fresh: AttemptHistory["fresh"] = { times: 0, because: null };
  let own: Attempt[] = [];
  let beside: Attempt[] = [];
  for (const attempt of attempts) {
    if (!isBeside(attempt)) own.push(attempt);
    else if (!startsOver(attempt, own)) beside.push(attempt);
    else {
      fresh.times++;
      fresh.because = attempt;
      [own, beside] = [[], []];
    }
  }
  return { policy, own, beside, fresh };
}

export function isBeside({ purpose }: Attempt): boolean {
  return purpose === "baseline" || purpose === "control" || purpose === "quiet";
}

/** Runs of a test that is known to be good, all of which passed. */
export function controlsOf({ beside }: AttemptHistory): Attempt[] {
  return beside.filter(({ purpose }) => purpose === "control");
}

export function isTrouble({ outcome }: Attempt): boolean {
  return outcome === "dirty" || outcome === "infrastructure";
}

/** How often a run of the job has broken what was well when it began (docs/verdict.md, section 4). */
export function disturbances(own: readonly Attempt[]): Attempt[] {
  return own.filter((attempt) => isTrouble(attempt) && (attempt.disturbed ?? []).length > 0);
}

function startsOver(beside: Attempt, own: readonly Attempt[]): boolean {
  if (beside.purpose !== "baseline") return beside.outcome !== "passed";
  // Where the job itself has passed as well, both are intermittent: that is judged, not tried again.
  return (
    beside.outcome === "candidate" && !isLikeConflict(beside, own) && !own.some(({ outcome }) => outcome === "passed")
  );
}
