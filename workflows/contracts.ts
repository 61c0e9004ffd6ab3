import type { Ending } from "../domain/verdict/decision.js";
import type { Attempt, AttemptReport, Purpose } from "../domain/verdict/attempt.js";
import type { VerdictPolicy } from "../domain/verdict/policy.js";
import type { NextAttempt } from "../domain/verdict/decision.js";
import type { BudgetState } from "../domain/holds/hold-budget.js";
import type { HoldReason } from "../domain/matching/machine-availability.js";
import type { LeaseOffer } from "./messages.js";

/** The inputs and outputs of activities: one JSON object each way. */

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
/** `attempts` are those that PostgreSQL knows from an earlier run of this workflow. */
export type AnalyseResult =
  | {
      kind: "parked";
      parked: Parked;
      next: NextAttempt;
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
  /** The comparison run whose result the job waits for; absent if there is none. */
  companion?: { jobId: string; ended: boolean } | null;
}

export interface FinishedAttempt {
  leaseId: string;
  attempt: Attempt;
}

export interface ParkInput {
  jobId: string;
  parking: string;
  next: NextAttempt;
  /** The attempt that has just ended; null if only a comparison run has ended. */
  last: FinishedAttempt | null;
}
/** `anew`: the database knows more than the workflow, so the workflow begins a new run. */
export type ParkResult = { kind: "parked"; parked: Parked } | { kind: "finished"; verdict: string } | { kind: "anew" };

/** `number` is the number of the attempt that the result becomes. */
export interface CollectInput {
  jobId: string;
  companion: string;
  number: number;
}

export interface RunAttemptInput {
  jobId: string;
  attempt: number;
  purpose: Purpose;
  timeoutFactor: number;
  lease: LeaseOffer;
}

/** An attempt with its report. If there is no report, `lost` says how its activity failed. */
export interface ReviewInput {
  jobId: string;
  attempt: number;
  purpose: Purpose;
  lease: LeaseOffer;
  report: AttemptReport | null;
  /** Set if there is no report. */
  lost: {
    how: "no-answer" | "not-taken" | "service-down" | "lease-lost" | "stopped" | "error";
    detail: string;
    startedAt: string;
    endedAt: string;
    /** Whether the agent has not confirmed the end; absent from workflows before 0.4. */
    isUnconfirmed?: boolean;
  } | null;
}

export interface FinishInput {
  jobId: string;
  ending: Ending;
  last: FinishedAttempt | null;
}
/** The verdict is null if the proof is no longer valid. The job then continues. */
export interface FinishResult {
  verdict: string | null;
}
