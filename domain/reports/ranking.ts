import { coveredMs, difference, type Interval, intersection, union } from "../time/interval.js";
import { type Cost, costOf, heldBy } from "./downtime-cost.js";
import { type DowntimeFacts, intervalOf } from "./downtime-facts.js";
import { troublesOf } from "./service-downtime.js";
import { formatCount, formatHours, formatSpan } from "./downtime-wording.js";

/** Something to fix, with all its costs, including those of outages that it caused elsewhere. */
export interface RankedTrouble extends Cost {
  /** A service, or a reason that is no service, such as `infra/no-machine`. */
  name: string;
  downtimeMs: number;
  /** Services whose outages it explains. */
  explains: string[];
  /** Why it has this rank, in one line. */
  why: string;
}

/** What to fix first: by job-hours held, then machine-hours idle, then downtime. Planned downtime alone needs no fix. */
export function rankTroubles(
  facts: DowntimeFacts,
  services: readonly string[],
  free: readonly Interval[][],
  within: Interval,
): RankedTrouble[] {
  const caused = causedTimes(facts);
  const held = heldBy<string>(facts, within, ({ service, reason }, times) => {
    if (service === null) return reason === null || reason.startsWith("admin/") ? [] : [[reason, times]];
    const elsewhere = caused.get(service) ?? [];
    return [
      [
        service,
        difference(
          times,
          elsewhere.map(({ time }) => time),
        ),
      ],
      ...elsewhere.map(({ cause, time }): [string, Interval[]] => [cause, intersection(times, [time])]),
    ];
  });
  const causes = [...caused.values()].flat().map(({ cause }) => cause);
  const names = [...new Set([...services, ...causes, ...held.keys()])];
  return names
    .map((name) => {
      const explains = [...caused].filter(([, times]) => times.some(({ cause }) => cause === name));
      const { unplanned, planned } = troublesOf(name, facts);
      const own = difference(unplanned, [...planned, ...(caused.get(name) ?? []).map(({ time }) => time)]);
      const brought = explains.flatMap(([, times]) => times.filter(({ cause }) => cause === name));
      const downtime = intersection(union([...own, ...brought.map(({ time }) => time)]), [within]);
      const charge = {
        name,
        ...costOf(held.get(name) ?? [], free),
        downtimeMs: coveredMs(downtime),
        explains: explains.map(([service]) => service),
      };
      return { ...charge, why: whyOf(charge) };
    })
    .filter(({ jobHeldMs, machineIdleMs, downtimeMs }) => jobHeldMs + machineIdleMs + downtimeMs > 0)
    .sort(
      (a, b) =>
        b.jobHeldMs - a.jobHeldMs ||
        b.machineIdleMs - a.machineIdleMs ||
        b.downtimeMs - a.downtimeMs ||
        a.name.localeCompare(b.name),
    );
}

/** When each service was down because another service was down. */
function causedTimes({ outages }: DowntimeFacts): Map<string, { cause: string; time: Interval }[]> {
  const caused = new Map<string, { cause: string; time: Interval }[]>();
  for (const outage of outages) {
    const { service, cause } = outage;
    if (cause === null || cause === service || outage.kind !== "unplanned" || outage.severity !== "down") continue;
    caused.set(service, [...(caused.get(service) ?? []), { cause, time: intervalOf(outage) }]);
  }
  return caused;
}

function whyOf({ jobsHeld, jobHeldMs, machineIdleMs, downtimeMs, explains }: Omit<RankedTrouble, "why">): string {
  const parts = [
    jobsHeld === 0 ? "held no job" : `held ${formatCount(jobsHeld, "job")} for ${formatHours(jobHeldMs)} job-hours`,
    machineIdleMs === 0 ? null : `${formatHours(machineIdleMs)} machine-hours idle`,
    downtimeMs === 0 ? null : `down ${formatSpan(downtimeMs)}`,
    explains.length === 0 ? null : `explains outages of ${explains.join(", ")}`,
  ];
  return parts.filter((part) => part !== null).join(", ");
}
