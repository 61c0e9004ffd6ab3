import { coveredMs, difference, type Interval, intersection, union } from "../time/interval.js";
import { type DowntimeFacts, factsOf, intervalOf, type OutageFact, presenceOf } from "./downtime-facts.js";

/** How a service was while it was not up. `degraded`: it worked badly, or was down on some machines only. */
export type Trouble = "unplanned" | "maintenance" | "degraded";

export interface ServiceDowntime {
  service: string;
  /** Unplanned outages that reach into the interval; those that overlap are one. */
  outages: number;
  /** All its downtime, planned or not; `planned` wins where both overlap. */
  downtimeMs: number;
  plannedMs: number;
  unplannedMs: number;
  /** The longest downtime without a break. */
  longestMs: number;
  /** Time it was seen to be up for each unplanned outage that began here; null without one. */
  mtbfMs: number | null;
  /** Mean length of the unplanned outages that ended here; null without one. */
  mttrMs: number | null;
  /** Outages that made it no worse than degraded, and the time of them outside its downtime. */
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
  // Before it was watched it was neither up nor down.
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

/** When a service was down, whole and unclipped, and the outages that left it partly up. */
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

/** The time in which something was so on every machine that was there; never, where there was none. */
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
