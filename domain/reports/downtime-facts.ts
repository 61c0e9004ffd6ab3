import type { FailureIdentifier } from "../failures/failures.js";
import type { Interval } from "../time/interval.js";
import type { OutageKind, Outcome, PauseKind, PauseScope, Severity } from "../states.js";

/** A span of time in JSON: ISO times; `until` is null while it lasts. */
export interface Span {
  since: string;
  until: string | null;
}

export interface OutageFact extends Span {
  service: string;
  /** The only machine that saw it; null for the whole grid. */
  machine: string | null;
  kind: OutageKind;
  severity: Severity;
  /** The service whose own outage explains this one. */
  cause: string | null;
}

export interface PauseFact extends Span {
  kind: PauseKind;
  scope: PauseScope;
  name: string;
}

/** Jobs that were held for the same things at the same times. */
export interface HoldGroup {
  jobs: number;
  /** A hold that no service caused has a reason instead. */
  holds: { service: string | null; reason: FailureIdentifier | null; spans: Span[] }[];
}

/** Everything that is known about an interval, including times that only overlap it. */
export interface DowntimeFacts {
  /** The grid has records from `knownSince` to `now`. ISO times. */
  knownSince: string;
  now: string;
  /** Since when each service is watched; null if that is not known. */
  services: { service: string; since: string | null }[];
  /** The machines that belonged to the grid: since when and until when (if that is known), and when each had work. */
  machines: { machine: string; since: string | null; until: string | null; busy: Span[] }[];
  outages: OutageFact[];
  pauses: PauseFact[];
  holds: HoldGroup[];
  attempts: { outcome: Outcome; failureIdentifier: FailureIdentifier | null; count: number }[];
  /** Target of the infrastructure share, from 0 to 1. */
  shareTarget: number;
  /** Targets of single failure identifiers. */
  shareTargets: Readonly<Partial<Record<string, number>>>;
}

/** A span that still lasts ends at infinity, so that it never counts as ended. */
export function intervalOf({ since, until }: Span): Interval {
  return { start: Date.parse(since), end: until === null ? Infinity : Date.parse(until) };
}

/** When a machine belonged to the grid. */
export function presenceOf({ since, until }: DowntimeFacts["machines"][number]): Interval {
  return { start: since === null ? -Infinity : Date.parse(since), end: until === null ? Infinity : Date.parse(until) };
}

/** The service that represents a machine's agent. */
export const machineService = (machine: string): string => `machine/${machine}`;

/** The facts about one service. Maintenance of a machine counts as planned downtime of `machine/<name>`. */
export function factsOf(service: string, { outages, pauses }: DowntimeFacts) {
  return {
    outages: outages.filter((outage) => outage.service === service),
    windows: pauses.filter(
      ({ kind, scope, name }) =>
        kind === "maintenance" &&
        ((scope === "service" && name === service) || (scope === "machine" && machineService(name) === service)),
    ),
  };
}
