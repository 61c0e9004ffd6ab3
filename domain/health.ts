import type { ServiceState } from "./words.js";

export interface CountingPolicy {
  /** Failed probes in a row that make a service down. */
  down: number;
  /** Good probes in a row that bring it up again. */
  up: number;
}

export interface ProbeResult {
  ok: boolean;
  /** ISO time at which the probe began. */
  at: string;
  detail: string;
}

/** What is known of a service from its probes. Times are ISO. */
export interface ServiceHealth {
  state: ServiceState;
  since: string;
  failuresInRow: number;
  successesInRow: number;
  firstFailedAt: string | null;
  firstGoodAt: string | null;
  detail: string;
}

/**
 * Counts one probe. A service goes down after `down` failures in a row, *since the first of them*,
 * and up after `up` good ones; one good probe is enough where nothing bad is known.
 */
export function countProbe(health: ServiceHealth, probe: ProbeResult, policy: CountingPolicy): ServiceHealth {
  return probe.ok ? countGood(health, probe, policy) : countFailed(health, probe, policy);
}

function countGood(health: ServiceHealth, probe: ProbeResult, policy: CountingPolicy): ServiceHealth {
  const successesInRow = health.successesInRow + 1;
  const firstGoodAt = health.firstGoodAt ?? probe.at;
  const next = { ...health, successesInRow, firstGoodAt, failuresInRow: 0, firstFailedAt: null };
  const enough = health.state === "unknown" ? 1 : policy.up;
  if (health.state === "up" || successesInRow < enough) return next;
  return { ...next, state: "up", since: firstGoodAt, detail: probe.detail };
}

function countFailed(health: ServiceHealth, probe: ProbeResult, policy: CountingPolicy): ServiceHealth {
  const failuresInRow = health.failuresInRow + 1;
  const firstFailedAt = health.firstFailedAt ?? probe.at;
  const next = { ...health, failuresInRow, firstFailedAt, successesInRow: 0, firstGoodAt: null };
  if (health.state === "down") return { ...next, detail: probe.detail };
  if (failuresInRow < policy.down) return next;
  return { ...next, state: "down", since: firstFailedAt, detail: probe.detail };
}

/** Whether a change of state is near, so that the next probe should not wait for the whole interval. */
export function isSuspect(health: ServiceHealth): boolean {
  if (health.state === "unknown") return true;
  return health.state === "up" ? health.failuresInRow > 0 : health.successesInRow > 0;
}
