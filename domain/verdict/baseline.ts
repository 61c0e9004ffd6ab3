import type { Attempt } from "./attempt.js";
import type { Case } from "./case.js";
import type { CompanionWish } from "./decision.js";

/** What the last passing source of the same test has shown (VERDICT.md, section 3). */
export interface Baseline {
  /** Whether a result of it is to be had. */
  isKnown: boolean;
  passes: Attempt[];
  failures: Attempt[];
  /** How many runs of it have come to a result. */
  runs: number;
}

export function baselineOf({ own, beside, policy }: Case): Baseline {
  const runs = beside.filter(({ purpose }) => purpose === "baseline");
  const passes = runs.filter(({ outcome }) => outcome === "passed");
  const failures = runs.filter(({ outcome }) => outcome === "candidate");
  const isNamed = own.some(({ outcome, baseline }) => outcome === "candidate" && (baseline ?? null) !== null);
  // One run of it that never came to a result is enough: an alarm does not wait for what cannot be had.
  const isKnown = policy.proof.baseline && isNamed && runs.length === passes.length + failures.length;
  return { isKnown, passes, failures, runs: passes.length + failures.length };
}

/** Another run of it, on a machine where that is fit, or anywhere. */
export function baselineRun(machine: string | null): CompanionWish {
  return { purpose: "baseline", prefer: machine === null ? [] : [machine], exclusive: [], lengthMs: 0 };
}

/**
 * Whether a failure was seen at a time at which the last passing source passed: beside it, or before and after it. What
 * was broken for a while, unseen by any probe, would else be blamed on the code because it was mended in between.
 * @param isEnough whether a pass between failures will do; where there is one host, nothing can run beside it
 */
export function standsAgainst(failures: readonly Attempt[], { isKnown, passes }: Baseline, isEnough: boolean): boolean {
  if (!isKnown) return true;
  if (passes.some((pass) => failures.some((failure) => overlap(pass, failure)))) return true;
  const isBetween = passes.some(
    (pass) =>
      failures.some(({ endedAt }) => endedAt <= pass.startedAt) &&
      failures.some(({ startedAt }) => startedAt >= pass.endedAt),
  );
  return isBetween && (isEnough || new Set([...failures, ...passes].map(({ host }) => host)).size === 1);
}

function overlap(one: Attempt, other: Attempt): boolean {
  return one.startedAt <= other.endedAt && other.startedAt <= one.endedAt;
}
