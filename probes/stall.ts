/** How often this process checks that it gets to run. */
const everyMs = 100;
const remembered = 600;
/** A process that did not run for this long cannot say what happened meanwhile. */
export const lateAfterMs = 1_000;

let gaps: { at: number; ms: number }[] = [];
let lastAt: number | undefined;

/** Starts to record when this process does not get to run. The first probe calls this. */
export function watchStalls(): void {
  if (lastAt !== undefined) return;
  lastAt = performance.now();
  setInterval(() => {
    const now = performance.now();
    const ms = now - lastAt! - everyMs;
    lastAt = now;
    if (ms > everyMs) gaps = [...gaps.slice(1 - remembered), { at: now, ms }];
  }, everyMs).unref();
}

/** The longest time in ms in which this process did not get to run. @param since a time of `performance.now()` */
export function longestStallSince(since: number): number {
  const open = lastAt === undefined ? 0 : performance.now() - lastAt - everyMs;
  return Math.max(0, open, ...gaps.filter(({ at }) => at >= since).map(({ ms }) => ms));
}

/** Whether this process has stalled since the probe began. A failure then says nothing about the service. */
export function wasLate(began: number): boolean {
  return longestStallSince(began) > lateAfterMs;
}
