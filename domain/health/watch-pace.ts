/** How often an agent probes a service while a test runs, in ms. If many agents probe it at once, each does so less often. */
export const probeEveryMs = 1_000;

/** How many probes of one service all agents together may make per second, if the configuration does not say. */
export const defaultRate = 50;

/**
 * How long an agent waits between two probes of a service, in ms. All agents that watch the service together then make no more
 * than `rate` probes per second.
 * @param watching how many agents watch it now, including this one
 * @param rate undefined in a configuration that an earlier version stored
 */
export function paceMs(watching: number, rate: number = defaultRate): number {
  return Math.max(probeEveryMs, Math.ceil((watching * 1_000) / rate));
}
