import type { Ending } from "../domain/verdict/decision.js";
import type { Attempt, AttemptReport, Purpose } from "../domain/verdict/attempt.js";
import type { VerdictPolicy } from "../domain/verdict/policy.js";
import type { Again } from "../domain/verdict/decision.js";
import type { BudgetState } from "../domain/holds/hold-budget.js";
import type { HoldReason } from "../domain/matching/machine-availability.js";
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
  /** The job beside this one whose result is wanted; absent where none is. */
  companion?: { jobId: string; ended: boolean } | null;
}

export interface FinishedAttempt {
  leaseId: string;
  attempt: Attempt;
}

export interface ParkInput {
  jobId: string;
  parking: string;
  next: Again;
  /** The attempt that has just ended; null where only what ran beside the job has. */
  last: FinishedAttempt | null;
}
/** `anew`: what is known differs from what the workflow knows, which begins a new run. */
export type ParkResult = { kind: "parked"; parked: Parked } | { kind: "finished"; verdict: string } | { kind: "anew" };

/** `number` is that of the attempt which the companion's result becomes. */
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
    /** Whether the agent has not said that what ran is over; left out by workflows before 0.4. */
    isUnconfirmed?: boolean;
  } | null;
}

export interface FinishInput {
  jobId: string;
  ending: Ending;
  last: FinishedAttempt | null;
}
/** Null where the job has got no verdict: its proof does not stand any more, and it goes on. */
export interface FinishResult {
  verdict: string | null;
}
