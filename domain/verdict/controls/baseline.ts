import type { Interval } from "../../time/interval.js";
import type { Attempt } from "../attempt.js";
import type { AttemptHistory } from "../attempt-history.js";
import type { CompanionWish } from "../decision.js";
import { runSpan } from "./proof-time.js";
import { isLikeConflict } from "./siblings.js";
import { touches } from "../bad-interval.js";

/** What the last passing source of the same test has shown (docs/verdict.md, section 3). */
export interface Baseline {
  /** Whether it can give a result. */
  isKnown: boolean;
  passes: Attempt[];
  failures: Attempt[];
  /** How many runs of it have come to a result. */
  runs: number;
}

export function baselineOf({ own, beside, policy }: AttemptHistory): Baseline {
  const all = beside.filter(({ purpose }) => purpose === "baseline");
  const runs = all.filter((run) => !isLikeConflict(run, own));
  const passes = runs.filter(({ outcome }) => outcome === "passed");
  const failures = runs.filter(({ outcome }) => outcome === "candidate");
  const isNamed = own.some(
    ({ outcome, baseline }) => (outcome === "candidate" || outcome === "dirty") && (baseline ?? null) !== null,
  );
  // A quiet window took its place, because its source is not available.
  const isGone = beside.some(({ purpose }) => purpose === "quiet");
  // One run of it that never came to a result is enough: an alarm does not wait for what cannot be had.
  const isKnown = policy.proof.baseline && isNamed && !isGone && runs.length === passes.length + failures.length;
  return { isKnown, passes, failures, runs: passes.length + failures.length };
}

/** Another run of it, on a machine where that is fit, or anywhere. */
export function baselineRun(machine: string | null): CompanionWish {
  return { purpose: "baseline", prefer: machine === null ? [] : [machine], exclusive: [], lengthMs: 0 };
}

/** How many times failures must come, passes of the last passing source between them, where it never passed beside one. */
const spellsWanted = 3;

/**
 * Whether failures come of the code and not of the time in which they were made. What is broken for a while, unseen by
 * any probe, breaks the last passing source as well, so this must have passed
 * - beside a failure, with a failure still there after it: else it may have met what was mended meanwhile;
 * - or between failures, so often that these hardly met trouble of that kind each time.
 */
export function isAttributableToCode(failures: readonly Attempt[], passes: readonly Attempt[]): boolean {
  const last = endOf(failures.map((failure) => runSpan(failure)));
  const isBeside = passes.some(
    (pass) => runSpan(pass).end <= last && failures.some((failure) => ranBeside(pass, failure)),
  );
  return isBeside || countOccurrences(failures, passes) >= spellsWanted;
}

/** Whether two runs began so close together that what one of them met the other would have met: they take the same steps. */
export function ranBeside(pass: Attempt, failure: Attempt): boolean {
  // A build that fails is a part of the attempt before the test.
  const from = failure.phase === "build" ? "attempt" : "test";
  const [passed, failed] = [runSpan(pass, from), runSpan(failure, from)];
  return touches(passed, failed) && Math.abs(passed.start - failed.start) <= (passed.end - passed.start) / 2;
}

/** Whether failures came more than once, with a pass in between. */
export function recurred(failures: readonly Attempt[], passes: readonly Attempt[]): boolean {
  return countOccurrences(failures, passes) >= 2;
}

/** Whether a failure was still there after a control had passed; without any it stands by itself. */
export function persistsAfterControl(failures: readonly Attempt[], controls: readonly Attempt[]): boolean {
  const last = endOf(failures.map((failure) => runSpan(failure)));
  return controls.length === 0 || controls.some((control) => runSpan(control).end <= last);
}

/** How many times failures came, where a pass lies between one time and the next. */
function countOccurrences(failures: readonly Attempt[], passes: readonly Attempt[]): number {
  const [failed, passed] = [failures, passes].map((runs) => runs.map((run) => runSpan(run))) as [
    Interval[],
    Interval[],
  ];
  const isNew = ({ start }: Interval, index: number) =>
    index === 0 || passed.some((pass) => failed[index - 1]!.end <= pass.start && pass.end <= start);
  return failed.filter(isNew).length;
}

function endOf(spans: readonly Interval[]): number {
  return Math.max(...spans.map(({ end }) => end));
}
