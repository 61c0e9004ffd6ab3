/** Downtime of one service and what it cost. All durations in ms. */
export interface ServiceDowntime {
  service: string;
  outages: number;
  flaps: number;
  /** Down, planned or not; overlaps count once. */
  totalMs: number;
  longestMs: number;
  plannedMs: number;
  unplannedMs: number;
  /** Degraded only: no job was held for it. */
  degradedMs: number;
  /** Mean time between unplanned outages, and to mend one; null where there was none. */
  mtbfMs: number | null;
  mttrMs: number | null;
  jobsHeld: number;
  heldMs: number;
  /** Time in which machines had nothing to run while jobs were held for it. */
  idleMs: number;
}
