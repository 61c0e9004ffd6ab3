import type { Interval } from "../interval.js";
import type { Attempt } from "./attempt.js";
import type { Case } from "./case.js";
import type { CompanionWish } from "./decision.js";
import { gridSpan } from "./proof-time.js";
import { touches } from "./spell.js";

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
  // A quiet window was made in its place: its source is not to be had.
  const isGone = beside.some(({ purpose }) => purpose === "quiet");
  // One run of it that never came to a result is enough: an alarm does not wait for what cannot be had.
  const isKnown = policy.proof.baseline && isNamed && !isGone && runs.length === passes.length + failures.length;
  return { isKnown, passes, failures, runs: passes.length + failures.length };
}

/** Another run of it, on a machine where that is fit, or anywhere. */
export function baselineRun(machine: string | null): CompanionWish {
  return { purpose: "baseline", prefer: machine === null ? [] : [machine], exclusive: [], lengthMs: 0 };
}

/**
 * Whether a failure was still there after what it is held against had passed. What was broken for a while, unseen by any
 * probe, would else be blamed on the code because it was mended in between.
 * @param passes runs of the last passing source, or of a control; without any it stands by itself
 */
export function standsAgainst(failures: readonly Attempt[], passes: readonly Attempt[]): boolean {
  const last = Math.max(...failures.map((failure) => gridSpan(failure).end));
  return passes.length === 0 || passes.some((pass) => gridSpan(pass).end <= last);
}

/**
 * Whether a failure that comes and goes is the code's: it came back while the last passing source passed before, beside
 * and after it, or again and again with passes of that in between.
 */
export function cameBack(failures: readonly Attempt[], { isKnown, passes }: Baseline): boolean {
  if (!isKnown) return true;
  const passed = passes.map(gridSpan);
  const isEnclosed = failures
    .slice(1)
    .map(gridSpan)
    .some(
      (failure) =>
        passed.some(({ end }) => end <= failure.start) &&
        passed.some((pass) => touches(pass, failure)) &&
        passed.some(({ start }) => failure.end <= start),
    );
  const isOneHost = new Set([...failures, ...passes].map(({ host }) => host)).size === 1;
  return isEnclosed || spellsOf(failures, passes) >= (isOneHost ? 2 : 3);
}

/** How many times failures came, where a pass of the last passing source lies between one time and the next. */
export function spellsOf(failures: readonly Attempt[], passes: readonly Attempt[]): number {
  const [failed, passed] = [failures.map(gridSpan), passes.map(gridSpan)];
  const isNew = ({ start }: Interval, index: number) =>
    index === 0 || passed.some((pass) => failed[index - 1]!.end <= pass.start && pass.end <= start);
  return failed.filter(isNew).length;
}
