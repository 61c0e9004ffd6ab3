/** How often an agent looks at a service while a test runs, in ms, unless so many look at once that it must look less often. */
export const lookEveryMs = 1_000;

/** Probes per second that all agents together may make of one service, where grid.yaml does not say. */
export const usualRate = 50;

/**
 * How long an agent waits between two looks at a service, in ms, so that all that watch it together make no more than
 * `rate` probes per second.
 * @param watching agents that watch it now, the asking one among them
 * @param rate undefined in a configuration that was stored before there was one
 */
export function paceMs(watching: number, rate: number = usualRate): number {
  return Math.max(lookEveryMs, Math.ceil((watching * 1_000) / rate));
}
