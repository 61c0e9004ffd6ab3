import type { Interval } from "../../time/interval.js";
import type { Watched } from "../attempt.js";
import { loadCheck, serviceCheck, serviceOfCheck } from "../checks.js";
import { badIntervals, type ServiceProof } from "./service-proof.js";
import { spanOf, type BadInterval } from "./bad-interval.js";

interface DisturbanceFacts {
  machine: string;
  watch: readonly Watched[] | null;
  services: readonly ServiceProof[];
}

/**
 * What worked when an attempt began and broke while it ran (docs/verdict.md, section 4), in its window or after it.
 * @param attempt its time by the grid's clock, widened by the possible error of the clocks
 */
export function findDisturbances({ machine, watch, services }: DisturbanceFacts, attempt: Interval): string[] {
  const judged = services.filter(({ excuse, severity }) => excuse === null && severity === "down");
  const recordOf = (check: string) => watch?.find((record) => record.check === check);
  const broken = judged
    .filter((service) => {
      const record = recordOf(serviceCheck(service.name, machine));
      if (record !== undefined && wasBadAtFirst(record)) return false;
      return hasBroken(record) || badIntervals(service).some((spell) => beganIn(spell, attempt));
    })
    .map(({ name }) => `service:${name}`);
  const ownRecords = (watch ?? []).filter(({ check }) => check !== loadCheck && serviceOfCheck(check) === undefined);
  return ownRecords.some(hasBroken) ? [...broken, `machine:${machine}`] : broken;
}

/** Whether a required service was already broken at the first probe: then the attempt did not break it. */
export function wasFoundBroken({ machine, watch, services }: DisturbanceFacts): boolean {
  return services
    .filter(({ excuse, severity }) => excuse === null && severity === "down")
    .some(({ name }) => {
      const record = watch?.find(({ check }) => check === serviceCheck(name, machine));
      return record !== undefined && wasBadAtFirst(record);
    });
}

/** The services that broke in a time for which no agent made a report. */
export function brokenServices(services: readonly ServiceProof[], from: string, to: string): string[] {
  return findDisturbances({ machine: "", watch: null, services }, spanOf(from, to));
}

/** It was already broken at the first probe. */
function wasBadAtFirst({ from, bad }: Watched): boolean {
  return bad[0] !== undefined && spanOf(bad[0].from, bad[0].to).start <= Date.parse(from);
}

function hasBroken(record: Watched | undefined): boolean {
  return record !== undefined && record.bad.length > 0 && !wasBadAtFirst(record);
}

function beganIn({ from, since }: BadInterval, attempt: Interval): boolean {
  return Date.parse(since) >= attempt.start && Date.parse(from) <= attempt.end;
}
