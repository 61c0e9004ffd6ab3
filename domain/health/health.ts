import type { ServiceState, Severity } from "../states.js";

/** When probes make a service change its state. Times in ms. */
export interface CountingPolicy {
  /** This many failed probes in a row make a service down. */
  down: number;
  /** This many good probes in a row make it up again. */
  up: number;
  /** The state of the service when its probe keeps failing. */
  severity: Severity;
  flapping: FlappingPolicy;
}

/**
 * A service that goes down `count` times within `withinMs` must then be up for `settleMs`, doubling to `settleMaxMs`
 * (docs/verdict.md, section 5).
 */
export interface FlappingPolicy {
  count: number;
  withinMs: number;
  settleMs: number;
  settleMaxMs: number;
}

export interface ProbeResult {
  ok: boolean;
  /** ISO time at which the probe began. */
  at: string;
  detail: string;
  /** The probe failed while the probing process itself could not run, so it says nothing about the service. */
  isLate?: boolean;
}

/** After this many intervals without a probe, the state of a service proves nothing, and its jobs are held. */
const staleAfterProbes = 4;
/** The extra time for a test that watches a service: from its start until its result is known. */
const longestMonitorMs = 3_600_000;

/**
 * Whether the last probe of a service is too old to prove anything. The view of the grid, which decides what may start, and the
 * review of an attempt share this rule.
 * @param lastProbeAt ISO time; null before the first probe
 * @param now ms since the epoch
 */
export function isStale(
  { every, timeout, isTest }: { every: number; timeout: number; isTest: boolean },
  lastProbeAt: string | null,
  now: number,
): boolean {
  const extraMs = isTest ? longestMonitorMs : 0;
  return lastProbeAt === null || Date.parse(lastProbeAt) < now - staleAfterProbes * (every + timeout) - extraMs;
}

/**
 * Whether a service counts as down as a whole. A service that each machine has for itself is down if it is down on every machine
 * that knows its state.
 * @param onMachines its states on machines; empty for a service that is the same for all
 */
export function isDownAsWhole(state: ServiceState | undefined, onMachines: readonly ServiceState[]): boolean {
  const known = onMachines.filter((each) => each !== "unknown");
  const states = known.length > 0 ? known : state === undefined ? [] : [state];
  return states.length > 0 && states.every((each) => each === "down");
}

/** The health of a service according to its probes. Times are ISO. */
export interface ServiceHealth {
  state: ServiceState;
  since: string;
  failuresInRow: number;
  successesInRow: number;
  firstFailedAt: string | null;
  firstGoodAt: string | null;
  detail: string;
  /** The recent times at which it went down, or failed again just before it counted as up. */
  downs: string[];
  /** How long its probes must succeed before it counts as up again, in ms. */
  settleMs: number;
}

/** Identifies one period in the health of a service: a state, and its beginning. */
export type HealthMark = Pick<ServiceHealth, "state" | "since">;

/** An admin's decision that overrules a wrong probe. */
export interface Override {
  state: "up" | "down";
  reason: string;
  author: string;
  since: string;
  until: string;
}

/** The health of a service about which nothing is known yet. */
export function unknownHealth(since: string): ServiceHealth {
  const nothing = { failuresInRow: 0, successesInRow: 0, firstFailedAt: null, firstGoodAt: null, detail: "" };
  return { state: "unknown", since, ...nothing, downs: [], settleMs: 0 };
}

/**
 * Counts one probe. A service goes down after `down` failures in a row, and counts as down *since the first of them*.
 * It goes up after `up` good probes in a row. If its state is unknown, one good probe is enough. A flapping service stays down
 * until its probes have succeeded for its settle time.
 */
export function countProbe(health: ServiceHealth, probe: ProbeResult, policy: CountingPolicy): ServiceHealth {
  return probe.ok ? countGood(health, probe, policy) : countFailed(health, probe, policy);
}

function countGood(health: ServiceHealth, probe: ProbeResult, policy: CountingPolicy): ServiceHealth {
  const successesInRow = health.successesInRow + 1;
  const firstGoodAt = health.firstGoodAt ?? probe.at;
  const next = { ...health, successesInRow, firstGoodAt, failuresInRow: 0, firstFailedAt: null };
  const [enough, settleMs] = health.state === "unknown" ? [1, 0] : [policy.up, health.settleMs];
  const hasSettled = Date.parse(probe.at) - Date.parse(firstGoodAt) >= settleMs;
  if (health.state === "up" || successesInRow < enough || !hasSettled) return next;
  return { ...next, state: "up", since: firstGoodAt, detail: probe.detail };
}

function countFailed(health: ServiceHealth, probe: ProbeResult, policy: CountingPolicy): ServiceHealth {
  const failuresInRow = health.failuresInRow + 1;
  const firstFailedAt = health.firstFailedAt ?? probe.at;
  const next = { ...health, failuresInRow, firstFailedAt, successesInRow: 0, firstGoodAt: null };
  if (health.state === policy.severity) {
    const wasNearlyUp = health.settleMs > 0 && health.successesInRow >= policy.up;
    return { ...next, ...(wasNearlyUp ? countDown(health, probe.at, policy.flapping) : {}), detail: probe.detail };
  }
  if (failuresInRow < policy.down) return next;
  return {
    ...next,
    ...countDown(health, firstFailedAt, policy.flapping),
    state: policy.severity,
    since: firstFailedAt,
    detail: probe.detail,
  };
}

/** Counts one more time that a service went down, and how long it must then be up before it is trusted again. */
export function countDown(
  health: Pick<ServiceHealth, "downs" | "settleMs">,
  at: string,
  { count, withinMs, settleMs, settleMaxMs }: FlappingPolicy,
): Pick<ServiceHealth, "downs" | "settleMs"> {
  const earliest = new Date(Date.parse(at) - withinMs).toISOString();
  const downs = [...health.downs.filter((down) => down > earliest), at].slice(-Math.max(count, 1));
  if (downs.length < count) return { downs, settleMs: 0 };
  return { downs, settleMs: Math.min(settleMaxMs, Math.max(settleMs, health.settleMs * 2)) };
}

/** Whether a service that is down had almost come up again when one more probe failed. */
export function hasFlapped(before: ServiceHealth, after: ServiceHealth): boolean {
  return before.state === after.state && before.downs.at(-1) !== after.downs.at(-1);
}

/** The health while an admin overrules the probes. The probes are still counted, but decide nothing. */
export function underOverride(health: ServiceHealth, override: Override): ServiceHealth {
  return { ...health, state: override.state, since: override.since, detail: describeOverride(override) };
}

/** The health of a service whose probes are counted elsewhere: as it was reported, unless an admin overrules it. */
export function asOverruled(reported: ServiceHealth, override: Override | null, now: string): ServiceHealth {
  if (override === null) return reported;
  if (override.until > now) return underOverride(reported, override);
  return reported.since >= override.until ? reported : { ...reported, since: override.until };
}

/** Whether an override holds at a time. */
export function overrules(override: Override | null, now: string): override is Override {
  return override !== null && override.until > now;
}

export function describeOverride({ state, author, until, reason }: Override): string {
  return `set to ${state} by ${author} until ${until}: ${reason}`;
}

/** Whether the state may soon change, so that the next probe should come early. */
export function isSuspect(health: ServiceHealth): boolean {
  if (health.state === "unknown") return true;
  return health.state === "up" ? health.failuresInRow > 0 : health.successesInRow > 0 && health.settleMs === 0;
}
