import type { FailureIdentifier } from "../failures/failures.js";
import type { AbortReason, Blame, Verdict } from "../states.js";
import type { EvidenceLine, Purpose } from "./attempt.js";

/** How a job ended. */
export interface Ending {
  kind: "ending";
  verdict: Verdict;
  abortReason: AbortReason | null;
  blame: Blame | null;
  failureIdentifier: FailureIdentifier | null;
  flaky: boolean;
  evidence: EvidenceLine[];
  /** Tests of its project that it cannot share a host with. */
  conflictsWith?: string[];
}

/** What a job may keep for itself while it runs: `host` for the host that it gets, or `service:<name>`. */
export type Exclusive = string;

/** A run beside the job, in a job of its own, that its result is compared with (docs/verdict.md, sections 3 and 4). */
export interface CompanionWish {
  purpose: "baseline" | "control" | "quiet";
  /** Machines that are taken where they are fit. */
  prefer: string[];
  exclusive: Exclusive[];
  /** How long a quiet window lasts, in ms. */
  lengthMs: number;
  /** For a control: the service whose test that is known to be good is run, where the job's own test has never passed. */
  service?: string | null;
}

/** Another attempt. `avoid` names machines or hosts, the most important first. */
export interface Again {
  kind: "again";
  purpose: Purpose;
  /** Set when no run of the job itself is wanted now: what its companion comes to is awaited. */
  waits: boolean;
  avoid: string[];
  /** Machines that are taken where they are fit. */
  prefer: string[];
  exclusive: Exclusive[];
  /** How often the job has disturbed its environment: others go before it when a service is tried again. */
  disturbances: number;
  companion: CompanionWish | null;
  /** How long to wait at least, in ms. */
  delayMs: number;
  /** What the time limit of the test is multiplied by. */
  timeoutFactor: 1 | 2;
  /** What went wrong with the last attempt; null if another run is wanted only for proof. */
  because: { failureIdentifier: FailureIdentifier; text: string } | null;
}

export type Decision = Ending | Again;

/** One more run of the job, as is, but for what is said. */
export function again(purpose: Purpose, difference: Partial<Again> = {}): Again {
  return {
    kind: "again",
    purpose,
    waits: false,
    avoid: [],
    prefer: [],
    exclusive: [],
    disturbances: 0,
    companion: null,
    delayMs: 0,
    timeoutFactor: 1,
    because: null,
    ...difference,
  };
}

/** No run of the job itself, until a companion has come to its end. */
export function awaiting(purpose: Purpose, companion: CompanionWish, difference: Partial<Again> = {}): Again {
  return again(purpose, { ...difference, waits: true, companion });
}
