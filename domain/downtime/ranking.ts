import { formatDuration } from "../duration.js";
import { coveredMs, intersection } from "../interval.js";
import type { DowntimeFacts } from "./facts.js";
import type { ServiceDowntime } from "./service-downtime.js";

/** What to mend first, and why. Durations in ms. */
export interface Ranked {
  service: string;
  /** Job time held for it, what was held for services that it took down included. */
  heldMs: number;
  idleMs: number;
  totalMs: number;
  why: string;
}

/** Services by what their downtime cost; an outage that another one explains is charged to that. */
export function rankServices(services: readonly ServiceDowntime[], facts: DowntimeFacts): Ranked[] {
  const charged = new Map(services.map((each) => [each.service, { ...each, from: new Set<string>() }]));
  for (const outage of facts.outages) {
    const cause = outage.cause === null ? undefined : charged.get(outage.cause);
    const victim = charged.get(outage.service);
    if (cause === undefined || victim === undefined) continue;
    const heldMs = facts.holds
      .filter(({ service }) => service === outage.service)
      .reduce((sum, hold) => sum + hold.jobs * coveredMs(intersection([hold], [outage])), 0);
    victim.heldMs -= heldMs;
    cause.heldMs += heldMs;
    cause.from.add(outage.service);
  }
  return [...charged.values()]
    .filter(({ totalMs, heldMs }) => totalMs > 0 || heldMs > 0)
    .sort((left, right) => right.heldMs - left.heldMs || right.idleMs - left.idleMs || right.totalMs - left.totalMs)
    .map(({ service, heldMs, idleMs, totalMs, outages, from }) => ({
      service,
      heldMs,
      idleMs,
      totalMs,
      why: [
        `${formatHours(heldMs)} job-hours held`,
        `${formatHours(idleMs)} machine-hours idle`,
        `down for ${formatDuration(totalMs)} in ${outages} ${outages === 1 ? "outage" : "outages"}`,
        ...(from.size === 0 ? [] : [`took down ${[...from].join(", ")}`]),
      ].join(", "),
    }));
}

/** Hours with two digits. */
export function formatHours(durationMs: number): string {
  return (durationMs / 3_600_000).toFixed(2);
}
