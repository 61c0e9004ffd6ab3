import { coveredMs, difference, type Interval, intersection, union } from "../time/interval.js";
import { type DowntimeFacts, intervalOf, machineService, presenceOf } from "./downtime-facts.js";

/** The cost of outages. Overlapping holds of one job count once, and so does overlapping idle time of one machine. */
export interface Cost {
  jobsHeld: number;
  /** Job-hours held, in ms. */
  jobHeldMs: number;
  /** Machine-hours idle while such jobs waited, in ms. */
  machineIdleMs: number;
}

/** Jobs and when they were held. */
interface Held {
  jobs: number;
  times: Interval[];
}

/** How many jobs were held by what, and when. `charge` says to what a hold is charged, and for which of its times. */
export function heldBy<Name>(
  facts: DowntimeFacts,
  within: Interval,
  charge: (hold: DowntimeFacts["holds"][number]["holds"][number], times: Interval[]) => [Name, Interval[]][],
): Map<Name, Held[]> {
  const held = new Map<Name, Held[]>();
  for (const { jobs, holds } of facts.holds) {
    const ofGroup = new Map<Name, Interval[]>();
    for (const hold of holds) {
      const times = intersection(hold.spans.map(intervalOf), [within]);
      for (const [name, charged] of charge(hold, times)) {
        if (charged.length > 0) ofGroup.set(name, [...(ofGroup.get(name) ?? []), ...charged]);
      }
    }
    for (const [name, times] of ofGroup) {
      const entries = held.get(name);
      if (entries === undefined) held.set(name, [{ jobs, times }]);
      else entries.push({ jobs, times });
    }
  }
  return held;
}

/** When each machine could have run a job and had none. */
export function freeTimes({ machines, outages }: DowntimeFacts, within: Interval): Interval[][] {
  return machines.map((each) => {
    const { machine, busy } = each;
    const away = outages.filter(({ service, severity }) => service === machineService(machine) && severity === "down");
    return difference(intersection([within], [presenceOf(each)]), [...busy, ...away].map(intervalOf));
  });
}

export function costOf(held: readonly Held[], free: readonly Interval[][]): Cost {
  const waited = union(held.flatMap(({ times }) => times));
  return {
    jobsHeld: held.reduce((total, { jobs }) => total + jobs, 0),
    jobHeldMs: held.reduce((total, { jobs, times }) => total + jobs * coveredMs(times), 0),
    machineIdleMs: free.reduce((total, times) => total + coveredMs(intersection(times, waited)), 0),
  };
}
