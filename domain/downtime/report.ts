import { coveredMs, difference, type Interval, intersection, union } from "../interval.js";
import type { DowntimeFacts, ShareFacts } from "./facts.js";
import { rankServices, type Ranked } from "./ranking.js";
import type { ServiceDowntime } from "./service-downtime.js";

export interface DowntimeReport {
  from: string;
  to: string;
  offlineMeans: string;
  grid: { offlineMs: number; times: number; longestMs: number };
  services: ServiceDowntime[];
  /** Holds for which no service is the reason. */
  otherHolds: { reason: string; heldMs: number }[];
  total: { downMs: number; jobsHeld: number; heldMs: number; idleMs: number };
  ranking: Ranked[];
  share: ShareFacts;
}

export const offlineMeans =
  "The grid counts as offline while an admin has paused it or it is in maintenance, while its Temporal server, database or watch is down, and while every machine is away.";

/** What was down for how long, and what that cost. Pure arithmetic: times that overlap count once. */
export function reportDowntime(facts: DowntimeFacts): DowntimeReport {
  const { interval } = facts;
  const offline = offlineTimes(facts);
  const names = [...new Set([...facts.outages.map(({ service }) => service), ...windowsByService(facts).keys()])];
  const services = names.sort().map((service) => describeService(service, facts));
  const otherHolds = new Map<string, number>();
  for (const hold of facts.holds.filter(({ service }) => service === null))
    otherHolds.set(hold.reason, (otherHolds.get(hold.reason) ?? 0) + hold.jobs * lengthOf(hold));
  return {
    from: new Date(interval.start).toISOString(),
    to: new Date(interval.end).toISOString(),
    offlineMeans,
    grid: { offlineMs: coveredMs(offline), times: offline.length, longestMs: longest(offline) },
    services,
    otherHolds: [...otherHolds].map(([reason, heldMs]) => ({ reason, heldMs })),
    total: {
      downMs: coveredMs(names.flatMap((service) => downTimes(service, facts))),
      jobsHeld: facts.jobsHeld,
      heldMs: facts.heldTogether.reduce((total, { intervals, jobs }) => total + jobs * coveredMs(intervals), 0),
      idleMs: idleMs(
        facts.heldTogether.flatMap(({ intervals }) => intervals),
        facts,
      ),
    },
    ranking: rankServices(services, facts),
    share: facts.share,
  };
}

function describeService(service: string, facts: DowntimeFacts): ServiceDowntime {
  const { interval, outages } = facts;
  const own = outages.filter((outage) => outage.service === service && outage.severity === "down");
  const unplannedOutages = own.filter(({ kind }) => kind === "unplanned");
  const total = downTimes(service, facts);
  const planned = plannedTimes(service, facts);
  const unplanned = difference(unplannedOutages, planned);
  const holds = facts.holds.filter((hold) => hold.service === service);
  const begun = unplannedOutages.filter(({ hasBegun }) => hasBegun).length;
  const ended = unplannedOutages.filter(({ hasEnded }) => hasEnded);
  return {
    service,
    outages: own.length,
    flaps: own.reduce((count, { flaps }) => count + flaps, 0),
    totalMs: coveredMs(total),
    longestMs: longest(own),
    plannedMs: coveredMs(planned),
    unplannedMs: coveredMs(unplanned),
    degradedMs: coveredMs(outages.filter((outage) => outage.service === service && outage.severity === "degraded")),
    mtbfMs: begun === 0 ? null : (lengthOf(interval) - coveredMs(total)) / begun,
    mttrMs: ended.length === 0 ? null : ended.reduce((sum, outage) => sum + lengthOf(outage), 0) / ended.length,
    jobsHeld: facts.jobsHeldFor[service] ?? 0,
    heldMs: holds.reduce((sum, hold) => sum + hold.jobs * lengthOf(hold), 0),
    idleMs: idleMs(holds, facts),
  };
}

function downTimes(service: string, facts: DowntimeFacts): Interval[] {
  const outages = facts.outages.filter((outage) => outage.service === service && outage.severity === "down");
  return union([...outages, ...plannedTimes(service, facts)]);
}

/** Planned is what a window covers, whether or not the service was up meanwhile. */
function plannedTimes(service: string, facts: DowntimeFacts): Interval[] {
  const outages = facts.outages.filter((outage) => outage.service === service && outage.kind === "maintenance");
  return union([...outages, ...(windowsByService(facts).get(service) ?? [])]);
}

function windowsByService({ pauses }: DowntimeFacts): Map<string, Interval[]> {
  const windows = new Map<string, Interval[]>();
  for (const { kind, scope, name, start, end } of pauses)
    if (kind === "maintenance" && scope === "service")
      windows.set(name, [...(windows.get(name) ?? []), { start, end }]);
  return windows;
}

function offlineTimes({ outages, pauses, leased }: DowntimeFacts): Interval[] {
  const core = new Set(["grid/temporal", "grid/database", "grid/control"]);
  const machines = Object.keys(leased);
  const away = machines
    .map((machine) => outages.filter(({ service }) => service === `machine/${machine}`) as Interval[])
    .reduce<Interval[] | undefined>((all, each) => (all === undefined ? each : intersection(all, each)), undefined);
  return union([
    ...outages.filter(({ service }) => core.has(service)),
    ...pauses.filter(({ scope }) => scope === "grid"),
    ...(away ?? []),
  ]);
}

/** Time in which machines ran nothing while somebody was held; one that was away was not idle. */
function idleMs(held: readonly Interval[], { leased, outages }: DowntimeFacts): number {
  return Object.entries(leased).reduce((total, [machine, busy]) => {
    const away = outages.filter(({ service }) => service === `machine/${machine}`);
    return total + coveredMs(difference(held, [...busy, ...away]));
  }, 0);
}

function longest(intervals: readonly Interval[]): number {
  return Math.max(0, ...intervals.map(lengthOf));
}

function lengthOf({ start, end }: Interval): number {
  return end - start;
}
