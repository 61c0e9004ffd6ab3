import type { Ending } from "../domain/verdict/decision.js";
import type { Attempt, AttemptReport, Purpose } from "../domain/verdict/attempt.js";
import type { VerdictPolicy } from "../domain/verdict/policy.js";
import type { Again } from "../domain/verdict/decision.js";
import type { BudgetState } from "../domain/hold-budget.js";
import type { HoldReason } from "../domain/fitness.js";
import type { LeaseOffer } from "./messages.js";

/** What workflows and activities give each other: one object each way, safe as JSON. */

export interface TestJobInput {
  jobId: string;
  test: string;
  owner: string;
}
export interface TestJobResult {
  verdict: string;
}

export interface AnalyseInput {
  jobId: string;
  parking: string;
}
/** `attempts` are those that PostgreSQL knows from an earlier life of this workflow. */
export type AnalyseResult =
  | {
      kind: "parked";
      parked: Parked;
      next: Again;
      attempts: Attempt[];
      nextAttempt: number;
      policy: VerdictPolicy;
      graceMs: number;
    }
  | { kind: "ending"; ending: Ending }
  | { kind: "finished"; verdict: string };

export interface Parked {
  held: boolean;
  reasons: HoldReason[];
  budget: BudgetState;
}

export interface FinishedAttempt {
  leaseId: string;
  attempt: Attempt;
}

export interface ParkInput {
  jobId: string;
  parking: string;
  next: Again;
  last: FinishedAttempt;
}
export type ParkResult = { kind: "parked"; parked: Parked } | { kind: "finished"; verdict: string };

export interface RunAttemptInput {
  jobId: string;
  attempt: number;
  purpose: Purpose;
  timeoutFactor: number;
  lease: LeaseOffer;
}

/** How the attempt's activity itself failed, where it brought no report. */
export interface ReviewInput {
  jobId: string;
  attempt: number;
  purpose: Purpose;
  lease: LeaseOffer;
  report: AttemptReport | null;
  /** Set where there is no report. */
  lost: {
    how: "no-answer" | "not-taken" | "service-down" | "lease-lost" | "stopped" | "error";
    detail: string;
    startedAt: string;
    endedAt: string;
  } | null;
}

export interface FinishInput {
  jobId: string;
  ending: Ending;
  last: FinishedAttempt | null;
}
export interface FinishResult {
  verdict: string;
}
