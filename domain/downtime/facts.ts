import type { Interval } from "../interval.js";
import type { OutageKind, PauseKind, PauseScope, Severity } from "../words.js";

/** What a downtime report is made of; all intervals lie within the reported one. */
export interface DowntimeFacts {
  interval: Interval;
  /** Outages of services; parts of the grid are services named `grid/…` and `machine/<name>`. */
  outages: (Interval & {
    service: string;
    machine: string | null;
    kind: OutageKind;
    severity: Severity;
    flaps: number;
    /** The service to mend first. */
    cause: string | null;
    /** Whether it began, and whether it ended, within the interval. */
    hasBegun: boolean;
    hasEnded: boolean;
  })[];
  pauses: (Interval & { kind: PauseKind; scope: PauseScope; name: string })[];
  /** Jobs that were held at the same time for the same reason. */
  holds: (Interval & { service: string | null; reason: string; jobs: number })[];
  /** How many different jobs were held for each service, and at all. */
  jobsHeldFor: Record<string, number>;
  jobsHeld: number;
  /** Jobs that were held at the same times, for whatever reasons: overlaps count once for each job. */
  heldTogether: { intervals: Interval[]; jobs: number }[];
  /** When each machine was leased. */
  leased: Record<string, Interval[]>;
  share: ShareFacts;
}

export interface ShareFacts {
  attempts: number;
  lost: number;
  /** From 0 to 1. */
  share: number;
  target: number;
  byIdentifier: { identifier: string; attempts: number }[];
}
