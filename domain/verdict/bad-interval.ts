import type { Interval } from "../time/interval.js";

/** A time in which something was bad, as the grid's monitor saw it. Times are ISO. */
export interface BadInterval {
  /** The last good probe before it; the first failed one where none is known. */
  from: string;
  /** The first failed probe. */
  since: string;
  /** The first good probe after it; null while it lasts. */
  to: string | null;
  detail: string;
}

/** Two ISO times as a span in ms, whichever comes first: a clock that was put back turns them round. */
export function spanOf(from: string, to: string): Interval {
  const [a, b] = [Date.parse(from), Date.parse(to)];
  return { start: Math.min(a, b), end: Math.max(a, b) };
}

/** A span by another clock. */
export function widen({ start, end }: Interval, offsetMs: number, errorMs: number): Interval {
  return { start: start + offsetMs - errorMs, end: end + offsetMs + errorMs };
}

/** Whether two spans have a moment in common, their ends included: in doubt they have. */
export function touches(left: Interval, right: Interval): boolean {
  return left.start <= right.end && right.start <= left.end;
}

/** The time that a spell reaches over, for as long as it lasts. */
export function reachOf({ from, to }: BadInterval): Interval {
  return to === null ? { start: Date.parse(from), end: Number.POSITIVE_INFINITY } : spanOf(from, to);
}
