import { type Cost, costOf, freeTimes, heldBy } from "./downtime-cost.js";
import type { DowntimeFacts } from "./downtime-facts.js";
import { type InfrastructureShare, infrastructureShare } from "./infrastructure-share.js";
import { type GridOffline, gridOffline } from "./offline.js";
import { type RankedTrouble, rankTroubles } from "./ranking.js";
import { type ServiceDowntime, serviceDowntime, toIso } from "./service-downtime.js";
import type { Interval } from "../time/interval.js";

/** The downtime of an interval, its cost, and what to fix first. Times are ISO, durations ms; overlaps count once everywhere. */
export interface DowntimeReport {
  from: string;
  to: string;
  intervalMs: number;
  grid: GridOffline;
  /** Unplanned outages of all services. */
  outages: number;
  /** Most downtime first. */
  services: ServiceDowntime[];
  cost: Cost & { services: (Cost & { service: string })[]; reasons: (Cost & { reason: string })[] };
  ranking: RankedTrouble[];
  infrastructureShare: InfrastructureShare;
}

/**
 * Counts the downtime of an interval. The future is left out: the interval ends when the facts end.
 * @param within in ms since the epoch
 */
export function reportDowntime(facts: DowntimeFacts, within: Interval): DowntimeReport {
  const past = { start: within.start, end: Math.max(within.start, Math.min(within.end, Date.parse(facts.now))) };
  const services = servicesOf(facts)
    .map((service) => serviceDowntime(service, facts, past))
    .sort((a, b) => b.downtimeMs - a.downtimeMs || a.service.localeCompare(b.service));
  const { since: from, until: to } = toIso(past);
  const free = freeTimes(facts, past);
  return {
    from,
    to,
    intervalMs: past.end - past.start,
    grid: gridOffline(facts, past),
    outages: services.reduce((total, { outages }) => total + outages, 0),
    services,
    cost: countCost(facts, free, past),
    ranking: rankTroubles(
      facts,
      services.map(({ service }) => service),
      free,
      past,
    ),
    infrastructureShare: infrastructureShare(facts),
  };
}

function servicesOf({ services, outages, pauses }: DowntimeFacts): string[] {
  const inMaintenance = pauses
    .filter(({ kind, scope }) => kind === "maintenance" && (scope === "service" || scope === "machine"))
    .map(({ scope, name }) => (scope === "service" ? name : `machine/${name}`));
  return [
    ...new Set([...services.map(({ service }) => service), ...outages.map(({ service }) => service), ...inMaintenance]),
  ];
}

function countCost(facts: DowntimeFacts, free: Interval[][], within: Interval): DowntimeReport["cost"] {
  const byService = heldBy(facts, within, ({ service }, times) => (service === null ? [] : [[service, times]]));
  const byReason = heldBy(facts, within, ({ reason }, times) => (reason === null ? [] : [[reason, times]]));
  const all = heldBy(facts, within, (_hold, times) => [["all", times]]).get("all") ?? [];
  const dearestFirst = (a: Cost, b: Cost) => b.jobHeldMs - a.jobHeldMs;
  return {
    ...costOf(all, free),
    services: [...byService].map(([service, held]) => ({ service, ...costOf(held, free) })).sort(dearestFirst),
    reasons: [...byReason].map(([reason, held]) => ({ reason, ...costOf(held, free) })).sort(dearestFirst),
  };
}
