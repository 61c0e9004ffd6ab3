import type { Interval } from "../../time/interval.js";

/** A time in which something was broken, according to the grid's monitor. Times are ISO. */
export interface BadInterval {
  /** The last good probe before it; the first failed one if none is known. */
  from: string;
  /** The first failed probe. */
  since: string;
  /** The first good probe after it; null while it lasts. */
  to: string | null;
  detail: string;
}

/** Two ISO times as a span in ms, in either order: a clock that was set back reverses them. */
export function spanOf(from: string, to: string): Interval {
  const [a, b] = [Date.parse(from), Date.parse(to)];
  return { start: Math.min(a, b), end: Math.max(a, b) };
}

/** Converts a span to another clock, and widens it by the possible error. */
export function widen({ start, end }: Interval, offsetMs: number, errorMs: number): Interval {
  return { start: start + offsetMs - errorMs, end: end + offsetMs + errorMs };
}

/** Whether two spans overlap or touch. */
export function touches(left: Interval, right: Interval): boolean {
  return left.start <= right.end && right.start <= left.end;
}

/** The span of a bad interval; it has no end while it lasts. */
export function reachOf({ from, to }: BadInterval): Interval {
  return to === null ? { start: Date.parse(from), end: Number.POSITIVE_INFINITY } : spanOf(from, to);
}
