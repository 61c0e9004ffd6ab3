import type { Interval } from "../../time/interval.js";
import type { Attempt } from "../attempt.js";
import type { AttemptHistory } from "../attempt-history.js";
import type { ComparisonRequest } from "../decision.js";
import { runSpan } from "../environment/proof-time.js";
import { isLikeConflict } from "./siblings.js";
import { touches } from "../environment/bad-interval.js";

/** What runs of the last passing source have shown (docs/verdict.md, section 3). */
export interface Baseline {
  /** Whether a baseline exists and can give a result. */
  isKnown: boolean;
  passes: Attempt[];
  failures: Attempt[];
  /** How many of its runs have a result. */
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
  // One run of it without a result is enough: an alarm does not wait for something that is not available.
  const isKnown = policy.proof.baseline && isNamed && !isGone && runs.length === passes.length + failures.length;
  return { isKnown, passes, failures, runs: passes.length + failures.length };
}

/** Another run of the baseline, on a preferred machine if that is available, else on any. */
export function baselineRun(machine: string | null): ComparisonRequest {
  return { purpose: "baseline", prefer: machine === null ? [] : [machine], exclusive: [], lengthMs: 0 };
}

/**
 * How many separate series of failures are needed, with passes of the last passing source in between. This applies if that
 * source never passed at the same time as a failure.
 */
const spellsWanted = 3;

/**
 * Whether the failures are attributable to the code rather than to a transient condition. A condition that no probe sees
 * also breaks the last passing source. So that source must have passed
 * - at the same time as a failure, with another failure after it: else the condition may have ended in between;
 * - or between failures, so often that a transient condition is not likely to explain all of them.
 */
export function isAttributableToCode(failures: readonly Attempt[], passes: readonly Attempt[]): boolean {
  const last = endOf(failures.map((failure) => runSpan(failure)));
  const isSimultaneous = passes.some(
    (pass) => runSpan(pass).end <= last && failures.some((failure) => ranAtTheSameTime(pass, failure)),
  );
  return isSimultaneous || countOccurrences(failures, passes) >= spellsWanted;
}

/** Whether two runs began so close together that a condition that affects one affects the other: they take the same steps. */
export function ranAtTheSameTime(pass: Attempt, failure: Attempt): boolean {
  // A failing build belongs to the part of the attempt before the test.
  const from = failure.phase === "build" ? "attempt" : "test";
  const [passed, failed] = [runSpan(pass, from), runSpan(failure, from)];
  return touches(passed, failed) && Math.abs(passed.start - failed.start) <= (passed.end - passed.start) / 2;
}

/** Whether failures recurred after a pass. */
export function recurred(failures: readonly Attempt[], passes: readonly Attempt[]): boolean {
  return countOccurrences(failures, passes) >= 2;
}

/** Whether a failure persisted after a control had passed, or no control is needed. */
export function persistsAfterControl(failures: readonly Attempt[], controls: readonly Attempt[]): boolean {
  const last = endOf(failures.map((failure) => runSpan(failure)));
  return controls.length === 0 || controls.some((control) => runSpan(control).end <= last);
}

/** The number of series of failures, separated by passes. */
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
