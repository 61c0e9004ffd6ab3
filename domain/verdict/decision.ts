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
  /** Tests of the same project that it cannot share a host with. */
  conflictsWith?: string[];
}

/** What a job may have exclusively while it runs: `host` for its host, or `service:<name>`. */
export type Exclusive = string;

/** A comparison run for the job (docs/verdict.md, sections 3 and 4). */
export interface ComparisonRequest {
  purpose: "baseline" | "control" | "quiet";
  /** Preferred machines. */
  prefer: string[];
  exclusive: Exclusive[];
  /** How long a quiet window lasts, in ms. */
  lengthMs: number;
  /** For a control: the service whose known-good test runs, if the job's own test has never passed. */
  service?: string | null;
}

/** Another attempt. `avoid` names machines or hosts, the most important first. */
export interface NextAttempt {
  kind: "again";
  purpose: Purpose;
  /** Set if the job waits for the result of its comparison run and does not run itself. */
  waits: boolean;
  avoid: string[];
  /** Preferred machines. */
  prefer: string[];
  exclusive: Exclusive[];
  /** How often the job has disturbed its environment. After an outage other jobs go first. */
  disturbances: number;
  companion: ComparisonRequest | null;
  /** The minimal wait before it, in ms. */
  delayMs: number;
  /** Multiplies the time limit of the test. */
  timeoutFactor: 1 | 2;
  /** The problem of the last attempt; null if the run is needed only for proof. */
  because: { failureIdentifier: FailureIdentifier; text: string } | null;
}

export type Decision = Ending | NextAttempt;

/** One more run of the job, with the defaults except for `difference`. */
export function anotherAttempt(purpose: Purpose, difference: Partial<NextAttempt> = {}): NextAttempt {
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

/** Waits for a comparison run before the next run of the job. */
export function awaiting(
  purpose: Purpose,
  companion: ComparisonRequest,
  difference: Partial<NextAttempt> = {},
): NextAttempt {
  return anotherAttempt(purpose, { ...difference, waits: true, companion });
}
