/**
 * How many jobs that need a service may run at once after the service has come back: one, then 2, 4, 8 … The dispatch loop
 * applies this limit (activities/control/queue/dispatch-loop.ts).
 * @param trusted how many of the jobs released since then ended well, or have run for long enough
 */
export function releaseLimit(trusted: number): number {
  return 2 ** Math.floor(Math.log2(trusted + 1));
}
