import type { FailureIdentifier } from "../failures.js";
import type { AbortReason, Blame, Verdict } from "../words.js";
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
}

/** Another attempt. `avoid` names machines or hosts, the most important first. */
export interface Again {
  kind: "again";
  purpose: Purpose;
  avoid: string[];
  /** Machines that are taken where they are fit. */
  prefer: string[];
  /** How long to wait at least, in ms. */
  delayMs: number;
  /** What the time limit of the test is multiplied by. */
  timeoutFactor: 1 | 2;
  /** What went wrong with the last attempt; null if another run is wanted only for proof. */
  because: { failureIdentifier: FailureIdentifier; text: string } | null;
}

export type Decision = Ending | Again;
