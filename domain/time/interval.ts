/** A span of time in ms since the epoch. It includes `start`, but not `end`. */
export interface Interval {
  start: number;
  end: number;
}

/** Merges intervals into ones that neither touch nor overlap, in order. */
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

/** The time that both cover. */
export function intersection(left: readonly Interval[], right: readonly Interval[]): Interval[] {
  const [a, b] = [union(left), union(right)];
  const common: Interval[] = [];
  for (let i = 0, j = 0; i < a.length && j < b.length;) {
    const start = Math.max(a[i]!.start, b[j]!.start);
    const end = Math.min(a[i]!.end, b[j]!.end);
    if (start < end) common.push({ start, end });
    if (a[i]!.end < b[j]!.end) i++;
    else j++;
  }
  return common;
}

/** The time that `from` covers and `taken` does not. */
export function difference(from: readonly Interval[], taken: readonly Interval[]): Interval[] {
  const gone = union(taken);
  const rest: Interval[] = [];
  let next = 0;
  for (const { start, end } of union(from)) {
    while (next < gone.length && gone[next]!.end <= start) next++;
    let at = start;
    for (let hole = next; hole < gone.length && gone[hole]!.start < end; hole++) {
      if (gone[hole]!.start > at) rest.push({ start: at, end: gone[hole]!.start });
      at = gone[hole]!.end;
    }
    if (at < end) rest.push({ start: at, end });
  }
  return rest;
}
