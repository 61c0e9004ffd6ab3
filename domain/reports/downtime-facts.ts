import type { FailureIdentifier } from "../failures/failures.js";
import type { Interval } from "../time/interval.js";
import type { OutageKind, Outcome, PauseKind, PauseScope, Severity } from "../states.js";

/** A span of time as it crosses a border: ISO times, without an end while it lasts. */
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
  /** A hold that no service is the reason of has a reason instead. */
  holds: { service: string | null; reason: FailureIdentifier | null; spans: Span[] }[];
}

/** What is known of an interval, and of what reaches into it. */
export interface DowntimeFacts {
  /** ISO times since and up to which the grid knows anything of itself. */
  knownSince: string;
  now: string;
  /** Since when each is watched; null where that is not known. */
  services: { service: string; since: string | null }[];
  /** The machines that were there, since when and until when, where that is known, and when each had work. */
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

/** What lasts ends at infinity, so that it never counts as ended. */
export function intervalOf({ since, until }: Span): Interval {
  return { start: Date.parse(since), end: until === null ? Infinity : Date.parse(until) };
}

/** When a machine was there. */
export function presenceOf({ since, until }: DowntimeFacts["machines"][number]): Interval {
  return { start: since === null ? -Infinity : Date.parse(since), end: until === null ? Infinity : Date.parse(until) };
}

/** The service that stands for a machine's agent. */
export const machineService = (machine: string): string => `machine/${machine}`;

/** The facts about one service; `machine/<name>` is planned down while its machine is in maintenance. */
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
