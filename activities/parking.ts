import type { Queries } from "../db/connect.js";
import { recordAttempt, readAttempts, lastAttemptNumber } from "../db/attempts.js";
import { readGridConfig, readGridView } from "../db/grid.js";
import { countedTimes, insertBackOff, setHolds } from "../db/holds.js";
import { type JobFacts, lockJob, setJobState } from "../db/jobs.js";
import { notifyDispatch, releaseLeases } from "../db/leases.js";
import { upsertWaiter } from "../db/waiters.js";
import { type BudgetState, budgetLeft } from "../domain/hold-budget.js";
import { assess, type HoldReason } from "../domain/matching.js";
import type { Again } from "../domain/verdict/decision.js";
import { judge } from "../domain/verdict/judge.js";
import type { Parked, ParkInput, ParkResult } from "../workflows/contracts.js";
import type { ControlDependencies } from "./dependencies.js";
import { verdictPolicy } from "./policy.js";

/** The first attempt of a job that nothing is known of. */
export const firstAttempt: Again = { kind: "again", purpose: "test", avoid: [], delayMs: 0, timeoutFactor: 1, because: null };

/** Runs that prove a verdict go before first runs: an alarm must not wait behind the queue. */
const priorityOf = (next: Again): number => (next.purpose === "test" ? 0 : 10);

export function createParking({ database }: ControlDependencies) {
  /** Puts a job in line again after an attempt, in one transaction; the same call twice does no harm. */
  async function park({ jobId, parking, next, last }: ParkInput): Promise<ParkResult> {
    return database.transaction().execute(async (transaction) => {
      const job = await lockJob(transaction, jobId);
      if (job.verdict !== null) return { kind: "finished", verdict: job.verdict };
      await recordAttempt(transaction, jobId, last.leaseId, last.attempt);
      return { kind: "parked", parked: await standInLine(transaction, job, parking, next) };
    });
  }

  return { park };
}

/** Upserts the waiter with its reasons, releases every lease of the job and wakes the dispatch loop. */
export async function standInLine(queries: Queries, job: JobFacts, parking: string, next: Again): Promise<Parked> {
  await releaseLeases(queries, job.jobId);
  const jobClass = { test: job.test, variant: job.variant, requirements: (job.requirements ?? []).map(({ requirement }) => requirement) };
  const { reasons } = assess(jobClass, await readGridView(queries));
  await setHolds(queries, job.jobId, reasons);
  const backOff = backOffReason(next);
  if (backOff !== undefined) await insertBackOff(queries, job.jobId, backOff, next.delayMs);
  const waiter = { jobId: job.jobId, parking, jobClass, purpose: next.purpose, submitter: job.owner, priority: priorityOf(next), delayMs: next.delayMs, avoid: next.avoid };
  await upsertWaiter(queries, waiter, reasons);
  const all = backOff === undefined ? reasons : [...reasons, backOff];
  await setJobState(queries, job.jobId, all.length > 0 ? "held" : "waiting");
  const budget = await budgetOf(queries, job);
  await notifyDispatch(queries);
  return { held: all.length > 0, reasons: all, budget };
}

function backOffReason(next: Again): HoldReason | undefined {
  if (next.delayMs === 0 || next.because === null) return undefined;
  return { reason: next.because.failureIdentifier, service: null, text: `${next.because.text} Tried again after ${next.delayMs / 1000} s.` };
}

/** What is left of a job's hold budget, its extensions included. */
export async function budgetOf(queries: Queries, job: JobFacts): Promise<BudgetState> {
  const config = await readGridConfig(queries);
  const { now, times } = await countedTimes(queries, job.jobId);
  return budgetLeft(times, now, { budgetMs: config.hold.budget + job.holdExtraMs, unsatisfiableMs: config.hold.unsatisfiable });
}

/** What a job that starts, or starts again, does first: what its earlier attempts lead to. */
export async function resume(queries: Queries, jobId: string) {
  const config = await readGridConfig(queries);
  const attempts = await readAttempts(queries, jobId);
  const policy = verdictPolicy(config);
  const decision = attempts.length === 0 ? firstAttempt : judge(attempts, policy);
  return { attempts, policy, decision, nextAttempt: (await lastAttemptNumber(queries, jobId)) + 1, graceMs: config.verdict.grace };
}
