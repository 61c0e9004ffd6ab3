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
 * Whether a failure was still there after the last passing source had passed. What was broken for a while, unseen by any
 * probe, would else be blamed on the code because it was mended in between.
 */
export function standsAgainst(failures: readonly Attempt[], { isKnown, passes }: Baseline): boolean {
  const last = failures.at(-1);
  return !isKnown || passes.some(({ endedAt }) => last !== undefined && endedAt <= last.endedAt);
}

/**
 * Whether a failure that comes and goes is the code's: it came back while the last passing source passed before, beside
 * and after it, or again and again with passes of that in between.
 */
export function cameBack(failures: readonly Attempt[], { isKnown, passes }: Baseline): boolean {
  if (!isKnown) return true;
  const isEnclosed = failures
    .slice(1)
    .some(
      (failure) =>
        passes.some(({ endedAt }) => endedAt <= failure.startedAt) &&
        passes.some(({ startedAt, endedAt }) => failure.startedAt <= endedAt && startedAt <= failure.endedAt) &&
        passes.some(({ startedAt }) => failure.endedAt <= startedAt),
    );
  const isOneHost = new Set([...failures, ...passes].map(({ host }) => host)).size === 1;
  return isEnclosed || spellsOf(failures, passes) >= (isOneHost ? 2 : 3);
}

/** How many times failures came, where a pass lies between one time and the next. */
function spellsOf(failures: readonly Attempt[], passes: readonly Attempt[]): number {
  return failures.filter(
    (failure, index) =>
      index === 0 ||
      passes.some(
        ({ startedAt, endedAt }) => failures[index - 1]!.endedAt <= startedAt && endedAt <= failure.startedAt,
      ),
  ).length;
}
