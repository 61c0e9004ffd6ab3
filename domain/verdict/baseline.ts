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
 */
export function standsAgainst(failures: readonly Attempt[], { isKnown, passes }: Baseline): boolean {
  if (!isKnown || isBeside(failures, passes)) return true;
  // Where there is one host, nothing can run beside it; elsewhere one more failure is asked for.
  const isOneHost = new Set([...failures, ...passes].map(({ host }) => host)).size === 1;
  return spellsOf(failures, passes) >= 2 && (isOneHost || failures.length >= 3);
}

/**
 * Whether a failure that comes and goes is the code's: it came back beside a pass of the source that last passed, or
 * again and again with such passes in between.
 */
export function cameBack(failures: readonly Attempt[], { isKnown, passes }: Baseline): boolean {
  if (!isKnown || isBeside(failures.slice(1), passes)) return true;
  const isOneHost = new Set([...failures, ...passes].map(({ host }) => host)).size === 1;
  return spellsOf(failures, passes) >= (isOneHost ? 2 : 3);
}

function isBeside(failures: readonly Attempt[], passes: readonly Attempt[]): boolean {
  return passes.some((pass) =>
    failures.some((failure) => pass.startedAt <= failure.endedAt && failure.startedAt <= pass.endedAt),
  );
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
