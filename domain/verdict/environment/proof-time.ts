import type { Interval } from "../../time/interval.js";
import type { AttemptReport } from "../attempt.js";
import { spanOf, widen } from "./bad-interval.js";

/** The assumed error of a machine's clock that was not measured. */
const unmeasuredMs = 1_000;

/** Times in results may be rounded down to the second. */
const cutMs = 1_000;

/** The time in which an attempt's environment had to be healthy, by its machine's clock. ISO times. */
export interface ProofTime {
  from: string;
  to: string;
  /** The offset to add to the machine's clock to get the grid's; null if it was not measured. */
  clock: { offsetMs: number; errorMs: number } | null;
}

/** From the test's start to its first failing subtest, or to its end (docs/verdict.md, section 2). */
export function proofTime(report: AttemptReport): ProofTime {
  const { startedAt, testStartedAt, failedAt, endedAt, watch, clockOffsetMs, clockErrorMs } = report;
  const isMeasured = clockOffsetMs !== undefined && clockErrorMs !== undefined;
  // A build is watched as well; its window is the whole build.
  const watchedFrom = watch?.map(({ from }) => from).sort()[0];
  return {
    from: testStartedAt ?? watchedFrom ?? startedAt,
    to: failedAt == null ? endedAt : earlier(endedAt, new Date(Date.parse(failedAt) + cutMs).toISOString()),
    clock: isMeasured ? { offsetMs: clockOffsetMs, errorMs: clockErrorMs } : null,
  };
}

/** A time of a machine's clock as a span of the grid's clock, widened by the possible error. */
export function byGridClock({ clock }: Pick<ProofTime, "clock">, from: string, to: string): Interval {
  const { offsetMs, errorMs } = clock ?? { offsetMs: 0, errorMs: unmeasuredMs };
  return widen(spanOf(from, to), offsetMs, errorMs);
}

/**
 * The time of a run by the grid's clock: from the start of its test, or of the whole attempt, to its first failing subtest,
 * or to its end if that is not known.
 */
export function runSpan(run: AttemptReport, from: "test" | "attempt" = "test"): Interval {
  const { startedAt, testStartedAt, failedAt, endedAt, clockOffsetMs = 0 } = run;
  const start = from === "test" ? (testStartedAt ?? startedAt) : startedAt;
  return widen(spanOf(start, failedAt == null ? endedAt : earlier(endedAt, failedAt)), clockOffsetMs, 0);
}

function earlier(left: string, right: string): string {
  return left < right ? left : right;
}
