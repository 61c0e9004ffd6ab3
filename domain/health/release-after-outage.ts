/**
 * How many jobs that need a service may run at once after it has come back: one, then 2, 4, 8 … The dispatch loop lets them
 * through (activities/control/queue/dispatch-loop.ts).
 * @param trusted jobs let through since then that went well, or ran on for long enough
 */
export function releaseLimit(trusted: number): number {
  return 2 ** Math.floor(Math.log2(trusted + 1));
}
