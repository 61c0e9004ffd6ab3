import { coveredMs, difference, type Interval, intersection, overlaps, union } from "../time/interval.js";
import { type DowntimeFacts, intervalOf, machineService } from "./downtime-facts.js";
import { everywhere, toIso } from "./service-downtime.js";

/** Parts of the grid without which no job runs. */
const vitalServices = new Set(["grid/temporal", "grid/database", "grid/control"]);

export const offlineMeans =
  "The grid is offline while it is paused or in maintenance, while Temporal, its database or its control worker is down, and while every machine is away at once.";

export interface GridOffline {
  /** What counts as offline. */
  offlineMeans: string;
  offlineMs: number;
  /** Maintenance is planned; everything else is unplanned. */
  plannedMs: number;
  unplannedMs: number;
  longestMs: number;
  spells: { since: string; until: string; planned: boolean; because: string[] }[];
}

export function gridOffline(facts: DowntimeFacts, within: Interval): GridOffline {
  const reasons = offlineReasons(facts);
  const clip = (intervals: readonly Interval[]) => intersection(intervals, [within]);
  const planned = clip(reasons.filter((reason) => reason.planned).flatMap(({ times }) => times));
  const offline = clip(reasons.flatMap(({ times }) => times));
  const spells = offline.map((spell) => {
    const there = reasons.filter(({ times }) => times.some((time) => overlaps(time, spell)));
    return {
      ...toIso(spell),
      planned: there.every((reason) => reason.planned),
      because: [...new Set(there.map(({ because }) => because))],
    };
  });
  return {
    offlineMeans,
    offlineMs: coveredMs(offline),
    plannedMs: coveredMs(planned),
    unplannedMs: coveredMs(difference(offline, planned)),
    longestMs: Math.max(0, ...offline.map(({ start, end }) => end - start)),
    spells,
  };
}

function offlineReasons({ pauses, outages, machines }: DowntimeFacts) {
  const stops = pauses
    .filter(({ scope }) => scope === "grid")
    .map((pause) => ({
      because: pause.kind === "maintenance" ? "maintenance" : "paused",
      planned: pause.kind === "maintenance",
      times: [intervalOf(pause)],
    }));
  const down = outages.filter(({ severity }) => severity === "down");
  const vital = down
    .filter(({ service, machine }) => vitalServices.has(service) && machine === null)
    .map((outage) => ({
      because: `${outage.service} down`,
      planned: outage.kind === "maintenance",
      times: [intervalOf(outage)],
    }));
  const away = everywhere(machines, ({ machine }) =>
    down.filter(({ service }) => service === machineService(machine)).map(intervalOf),
  );
  return [...stops, ...vital, { because: "every machine away", planned: false, times: union(away) }];
}
