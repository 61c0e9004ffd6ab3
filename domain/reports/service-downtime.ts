import { coveredMs, difference, type Interval, intersection, union } from "../time/interval.js";
import { type DowntimeFacts, factsOf, intervalOf, type OutageFact, presenceOf } from "./downtime-facts.js";

/** The state of a service that was not up. `degraded`: it worked badly, or was down only on some machines. */
export type Trouble = "unplanned" | "maintenance" | "degraded";

export interface ServiceDowntime {
  service: string;
  /** Unplanned outages that overlap the interval. Outages that overlap each other count as one. */
  outages: number;
  /** All its downtime, planned or not. Where both overlap, the time counts as planned. */
  downtimeMs: number;
  plannedMs: number;
  unplannedMs: number;
  /** The longest downtime without a break. */
  longestMs: number;
  /** The observed uptime divided by the number of unplanned outages that began in the interval; null without one. */
  mtbfMs: number | null;
  /** The mean length of the unplanned outages that ended in the interval; null without one. */
  mttrMs: number | null;
  /** Outages that only degraded it, and their time outside its downtime. */
  degradedOutages: number;
  degradedMs: number;
  /** Its troubles in order, as ISO times within the interval. */
  timeline: { trouble: Trouble; since: string; until: string }[];
}

export function serviceDowntime(service: string, facts: DowntimeFacts, within: Interval): ServiceDowntime {
  const { planned, unplanned, partial } = troublesOf(service, facts);
  const outages = unplanned.filter((outage) => coveredMs(intersection(difference([outage], planned), [within])) > 0);
  const clip = (intervals: readonly Interval[]) => intersection(intervals, [within]);
  const times = {
    unplanned: clip(difference(unplanned, planned)),
    maintenance: clip(planned),
    degraded: clip(difference(partial.map(intervalOf), [...planned, ...unplanned])),
  };
  const downtime = union([...times.unplanned, ...times.maintenance]);
  const began = outages.filter(({ start }) => start >= within.start).length;
  const ended = outages.filter(({ end }) => end <= within.end);
  const downtimeMs = coveredMs(downtime);
  // Before the grid watched it, it was neither up nor down.
  const watchedSince = facts.services.find((each) => each.service === service)?.since ?? facts.knownSince;
  const firstOutage = Math.min(Infinity, ...outages.map(({ start }) => start));
  const observedMs = within.end - Math.max(within.start, Math.min(Date.parse(watchedSince), firstOutage));
  return {
    service,
    outages: outages.length,
    downtimeMs,
    plannedMs: coveredMs(times.maintenance),
    unplannedMs: coveredMs(times.unplanned),
    longestMs: Math.max(0, ...downtime.map(({ start, end }) => end - start)),
    mtbfMs: began === 0 ? null : Math.round((observedMs - downtimeMs) / began),
    mttrMs: ended.length === 0 ? null : Math.round(coveredMs(difference(ended, planned)) / ended.length),
    degradedOutages: union(partial.map(intervalOf)).filter((outage) => clip([outage]).length > 0).length,
    degradedMs: coveredMs(times.degraded),
    timeline: (["unplanned", "maintenance", "degraded"] as const)
      .flatMap((trouble) => times[trouble].map((interval) => ({ trouble, ...toIso(interval) })))
      .sort((a, b) => a.since.localeCompare(b.since)),
  };
}

/** When a service was down as a whole, and the outages that left it partly up. The times are not clipped to an interval. */
export function troublesOf(service: string, facts: DowntimeFacts) {
  const { outages, windows } = factsOf(service, facts);
  const planned = outages.filter(({ kind }) => kind === "maintenance");
  const down = outages.filter(({ kind, severity }) => kind === "unplanned" && severity === "down");
  const isWhole = ({ machine }: OutageFact) => machine === null || service.startsWith("machine/");
  return {
    planned: union([...windows, ...planned].map(intervalOf)),
    unplanned: union([
      ...down.filter(isWhole).map(intervalOf),
      ...everywhere(facts.machines, (there) => down.filter(({ machine }) => machine === there.machine).map(intervalOf)),
    ]),
    partial: outages.filter((outage) => outage.severity === "degraded" || (!isWhole(outage) && down.includes(outage))),
  };
}

type Machine = DowntimeFacts["machines"][number];

/** The time in which something held on every machine that belonged to the grid then; empty while there was no machine. */
export function everywhere(machines: readonly Machine[], timesOn: (machine: Machine) => Interval[]): Interval[] {
  const anyThere = union(machines.map(presenceOf));
  const [first, ...others] = machines.map((machine) =>
    union([...timesOn(machine), ...difference(anyThere, [presenceOf(machine)])]),
  );
  return others.reduce((common, times) => intersection(common, times), first ?? []);
}

export function toIso({ start, end }: Interval): { since: string; until: string } {
  return { since: new Date(start).toISOString(), until: new Date(end).toISOString() };
}
