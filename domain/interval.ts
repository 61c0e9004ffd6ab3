/** A span of time in ms since the epoch, from `start` up to but without `end`. */
export interface Interval {
  start: number;
  end: number;
}

/** The same time as intervals that neither touch nor overlap, in order. */
export function union(intervals: readonly Interval[]): Interval[] {
  const merged: Interval[] = [];
  for (const interval of [...intervals].filter(({ start, end }) => end > start).sort((a, b) => a.start - b.start)) {
    const last = merged.at(-1);
    if (last !== undefined && interval.start <= last.end) last.end = Math.max(last.end, interval.end);
    else merged.push({ ...interval });
  }
  return merged;
}

/** The time covered by any of the intervals, in ms; overlaps count once. */
export function coveredMs(intervals: readonly Interval[]): number {
  return union(intervals).reduce((total, { start, end }) => total + end - start, 0);
}

export function overlaps(left: Interval, right: Interval): boolean {
  return left.start < right.end && right.start < left.end;
}
