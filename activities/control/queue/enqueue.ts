import { ApplicationFailure } from "@temporalio/common";
import type { Queries } from "../../../db/connect.js";
import { recordAttempt, readAttempts, lastAttemptNumber } from "../../../db/jobs/attempts.js";
import { readGridConfig } from "../../../db/grid/grid-config.js";
import { readGridView } from "../../../db/grid/grid-view.js";
import { readConflicts } from "../../../db/jobs/conflicts.js";
import { budgetPolicy, readBudget } from "../../../db/queue/hold-budget.js";
import { insertBackOff, setHolds } from "../../../db/queue/holds.js";
import { type JobFacts, lockJob } from "../../../db/jobs/jobs.js";
import { comparisonHeadStartMs, releaseLeases } from "../../../db/queue/leases.js";
import { notifyDispatch } from "../../../db/queue/dispatch-signal.js";
import { className, dequeue, markReasonsStale, upsertWaiter } from "../../../db/queue/waiters.js";
import type { GridConfig } from "../../../domain/config/grid-file.js";
import { priorities } from "../../../domain/matching/fair-share.js";
import { budgetLeft } from "../../../domain/holds/hold-budget.js";
import { wishOf } from "../../../domain/jobs/job-role.js";
import type { HoldReason } from "../../../domain/matching/machine-availability.js";
import { assess, classOf } from "../../../domain/matching/eligibility.js";
import { servicesOf } from "../../../domain/requirements/requirement.js";
import { anotherAttempt, type NextAttempt } from "../../../domain/verdict/decision.js";
import { judge } from "../../../domain/verdict/judge.js";
import type { Parked, ParkInput, ParkResult } from "../../../workflows/contracts.js";
import { ensureComparisonRun, startComparisonRun } from "../jobs/comparison-runs.js";
import { isGenuine } from "../jobs/accept-report.js";
import type { ControlDependencies } from "../dependencies.js";
import { tellOfEnvironment } from "../notify/environment-notice.js";
import { verdictPolicy } from "../review/policy.js";
import { stopReleases } from "./stop-release.js";

/** Isolation trials and their controls block other jobs: they have no priority, although they prove a verdict. */
function priorityOf({ purpose }: NextAttempt, { role }: JobFacts): number {
  const { watch, proof, test } = priorities;
  if (role.kind === "monitor") return watch;
  if (role.kind === "reverification") return proof;
  if (role.kind === "comparison") return role.purpose === "baseline" ? proof : test;
  return purpose === "test" || purpose === "isolation" ? test : proof;
}

export function createQueue({ database, client, publicUrl, newId }: ControlDependencies) {
  /**
   * Puts a job into the queue again, or lets it wait for its comparison run, in one transaction. Idempotent.
   */
  async function park({ jobId, parking, next, last }: ParkInput): Promise<ParkResult> {
    const result = await database.transaction().execute(async (transaction) => {
      const job = await lockJob(transaction, jobId);
      if (job.verdict !== null) return { kind: "finished", verdict: job.verdict } as const;
      if (last !== null && !(await isGenuine(transaction, jobId, last))) return { kind: "anew" } as const;
      if (last !== null) {
        await recordAttempt(transaction, jobId, last.leaseId, last.attempt);
        await stopReleases(transaction, jobId, last, await readGridConfig(transaction));
      }
      await tellOfEnvironment(transaction, job, next, publicUrl);
      const grid = await readGridView(transaction);
      const known = { ...job, hasAttempts: true };
      const ticket = next.waits
        ? await waitForComparison(transaction, known, parking, grid)
        : await enqueue(transaction, known, parking, next, grid);
      const companion =
        next.companion === null ? null : await ensureComparisonRun(transaction, job, next.companion, newId);
      return { kind: "parked", job, stale: ticket.stale, parked: { ...ticket.parked, companion } } as const;
    });
    if (result.kind !== "parked") return result;
    const { job, stale, parked } = result;
    if (stale !== null) await markReasonsStale(database, stale);
    if (parked.companion !== null) await startComparisonRun(client, parked.companion, job);
    return { kind: "parked", parked };
  }

  return { park };
}

type KnownGrid = Awaited<ReturnType<typeof readGridView>>;

/** `stale` names a class whose reasons must be marked as stale after the transaction; null if there is none. */
export interface QueueTicket {
  parked: Parked;
  stale: string | null;
}

/** A job that waits for its comparison run leaves the queue and releases its machine. */
export async function waitForComparison(
  queries: Queries,
  job: JobFacts,
  parking: string,
  grid: KnownGrid,
): Promise<QueueTicket> {
  refuseStale(job, parking);
  if (job.parking !== parking) {
    await releaseLeases(queries, job.jobId);
    await setHolds(queries, job.jobId, []);
    await dequeue(queries, job.jobId, parking);
    await notifyDispatch(queries);
  }
  return { parked: { held: false, reasons: [], budget: await readBudget(queries, job, grid.config) }, stale: null };
}

/** Refuses the request of a process that was frozen while the job continued. */
function refuseStale(job: JobFacts, parking: string): void {
  if (job.parking > parking)
    throw ApplicationFailure.nonRetryable(`job ${job.jobId} has been parked again since`, "StaleParking");
}

/** Upserts the waiter with its reasons, releases every lease of the job and wakes the dispatch loop. */
export async function enqueue(
  queries: Queries,
  job: JobFacts,
  parking: string,
  next: NextAttempt,
  grid: KnownGrid,
): Promise<QueueTicket> {
  refuseStale(job, parking);
  const jobClass = classOf(job, grid);
  const { reasons } = assess(jobClass, grid);
  const backOff = backOffReason(next);
  const all = backOff === undefined ? reasons : [...reasons, backOff];
  const isHeld = all.length > 0;
  // A repeated call: the job is already in the queue, or has left it for a machine.
  if (job.parking === parking) {
    const parked = { held: isHeld, reasons: all, budget: await readBudget(queries, job, grid.config) };
    return { parked, stale: className(jobClass, job.owner) };
  }
  // A job that was never in the queue has no lease and no holds to end.
  const isFirst = job.state === "analysing" && !job.hasAttempts;
  if (!isFirst) await releaseLeases(queries, job.jobId);
  if (!isFirst || reasons.length > 0) await setHolds(queries, job.jobId, reasons);
  if (backOff !== undefined) await insertBackOff(queries, job.jobId, backOff, next.delayMs);
  const waiter = {
    jobId: job.jobId,
    parking,
    jobClass,
    purpose: next.purpose,
    submitter: job.owner,
    priority: priorityOf(next, job),
    delayMs: next.companion !== null && next.delayMs === 0 ? comparisonHeadStartMs : next.delayMs,
    avoid: next.avoid,
    prefer: next.prefer.length > 0 ? next.prefer : (wishOf(job.role)?.prefer ?? []),
    exclusive: exclusiveOf(job, next, await readConflicts(queries, job.project, job.test)),
    disturbances: next.disturbances,
  };
  const { differs } = await upsertWaiter(queries, { ...waiter, state: isHeld ? "held" : "waiting" }, reasons);
  const budget =
    isFirst && !isHeld
      ? budgetLeft([], grid.now, budgetPolicy(job, grid.config))
      : await readBudget(queries, job, grid.config);
  return {
    parked: { held: isHeld, reasons: all, budget },
    stale: differs ? className(jobClass, job.owner) : null,
  };
}

/** What no other job may use while this one runs: what it breaks on purpose, what its proof needs, and its conflicts. */
function exclusiveOf({ definition, role }: JobFacts, next: NextAttempt, conflicts: readonly string[]): string[] {
  const onPurpose = servicesOf(definition.disturbs).map((name) => `service:${name}`);
  return [...new Set([...onPurpose, ...next.exclusive, ...(wishOf(role)?.exclusive ?? []), ...conflicts])];
}

function backOffReason(next: NextAttempt): HoldReason | undefined {
  if (next.delayMs === 0 || next.because === null) return undefined;
  return {
    reason: next.because.failureIdentifier,
    service: null,
    text: `${next.because.text} The next attempt follows after ${next.delayMs / 1000} s.`,
  };
}

/** The first decision of a workflow that starts, or starts again. It follows from the earlier attempts. */
export async function resume(queries: Queries, job: JobFacts, config: GridConfig) {
  const attempts = job.hasAttempts ? await readAttempts(queries, job.jobId) : [];
  const policy = verdictPolicy(config, job);
  const decision = attempts.length === 0 ? anotherAttempt("test") : judge(attempts, policy);
  const nextAttempt = job.hasAttempts ? (await lastAttemptNumber(queries, job.jobId)) + 1 : 1;
  return { attempts, policy, decision, nextAttempt, graceMs: config.verdict.grace };
}
