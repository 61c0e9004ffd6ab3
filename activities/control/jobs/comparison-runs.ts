import type { Client } from "@temporalio/client";
import { recordAttempt } from "../../../db/jobs/attempts.js";
import {
  comparisonResult,
  type ComparisonSource,
  foldComparisonRun,
  insertComparisonRun,
  lastPassing,
  nextComparisonRunId,
  openComparisonRun,
  unfinishedComparisonRuns,
} from "../../../db/jobs/comparison-runs.js";
import type { Queries } from "../../../db/connect.js";
import { type JobFacts, lockJob, requestCancel } from "../../../db/jobs/jobs.js";
import { insertSubmission } from "../../../db/jobs/submissions.js";
import { servicesOf } from "../../../domain/requirements/requirement.js";
import { runsFor } from "../../../domain/jobs/job-role.js";
import type { Attempt, ComparisonPurpose } from "../../../domain/verdict/attempt.js";
import type { ComparisonRequest } from "../../../domain/verdict/decision.js";
import type { Verdict } from "../../../domain/states.js";
import type { CollectInput } from "../../../workflows/contracts.js";
import { cancelSignal, companionEndedSignal, jobWorkflowId } from "../../../workflows/messages.js";
import { ignoreEnded, startJob } from "../../../workflows/starting.js";
import type { ControlDependencies } from "../dependencies.js";
import { knownGoodTest } from "./known-good.js";
import { checkControlPass } from "../review/check-control-pass.js";

/** The comparison run that a job waits for. */
export interface AwaitedComparisonRun {
  jobId: string;
  ended: boolean;
}

export function createComparisonRuns({ database }: ControlDependencies) {
  /** Records the result of a comparison run as an attempt of its job. Null while there is no result. Idempotent. */
  async function collectCompanion({ jobId, companion, number }: CollectInput): Promise<Attempt | null> {
    return database.transaction().execute(async (transaction) => {
      await lockJob(transaction, jobId);
      const { verdict, purpose, leaseId, attempt } = await comparisonResult(transaction, companion);
      if (verdict === null) return null;
      const judged = attempt === null ? null : await checkControlPass(transaction, companion, attempt);
      const folded = asAttempt({ companion, purpose }, number, verdict, judged);
      await recordAttempt(transaction, jobId, leaseId ?? companion, folded);
      await foldComparisonRun(transaction, companion);
      return folded;
    });
  }

  return { collectCompanion };
}

/**
 * Makes sure that a job has the comparison run that its proof needs now, and no other. The caller holds the job's lock, and
 * starts the workflow of the run after the transaction.
 */
export async function ensureComparisonRun(
  queries: Queries,
  job: JobFacts,
  wish: ComparisonRequest,
  newId: () => string,
): Promise<AwaitedComparisonRun> {
  const known = await openComparisonRun(queries, job.jobId);
  if (known?.purpose === wish.purpose || known?.purpose === "quiet")
    return { jobId: known.jobId, ended: known.verdict !== null };
  if (known !== undefined) await foldComparisonRun(queries, known.jobId);
  const found = await sourceOf(queries, job, wish);
  // If no baseline or control is available, a quiet window takes its place, and the purpose shows that.
  const purpose = found === undefined ? "quiet" : wish.purpose;
  const source = found ?? quietWindow(job, wish.lengthMs);
  const jobId = await nextComparisonRunId(queries, job.jobId, purpose);
  const submissionId = newId();
  await insertSubmission(queries, {
    submissionId,
    idempotencyKey: null,
    owner: job.owner,
    project: job.project,
    branch: job.branch,
    revision: source.revision,
    sourceKind: "upload",
    sourceUrl: null,
    sourceHash: source.sourceHash,
    tests: [source.definition.test],
    tell: [],
    state: "expanded",
    origin: "companion",
  });
  await insertComparisonRun(queries, submissionId, { ...source, jobId, of: job.jobId, purpose, wish });
  return { jobId, ended: false };
}

/** Starts a run that is already in the database. If Temporal does not answer, the reconciler starts it. */
export async function startComparisonRun(
  client: Client,
  companion: AwaitedComparisonRun,
  job: JobFacts,
): Promise<void> {
  if (companion.ended) return;
  await startJob(client, { ...job, jobId: companion.jobId }).catch(() => undefined);
}

/** Signals the job that waits for this one that it has ended. */
export async function tellParent(client: Client, { jobId, role }: JobFacts): Promise<void> {
  const of = runsFor(role);
  if (of === null) return;
  const parent = client.workflow.getHandle(jobWorkflowId(of));
  await ignoreEnded(parent.signal(companionEndedSignal, { jobId }));
}

/** A job with a verdict needs no comparison runs any more. */
export async function cancelComparisonRuns({ database, client }: ControlDependencies, jobId: string): Promise<void> {
  for (const companion of await unfinishedComparisonRuns(database, jobId)) {
    const by = `the end of job ${jobId}`;
    await requestCancel(database, companion, by);
    await ignoreEnded(client.workflow.getHandle(jobWorkflowId(companion)).signal(cancelSignal, { by }));
  }
}

async function sourceOf(
  queries: Queries,
  job: JobFacts,
  { purpose, exclusive, service }: ComparisonRequest,
): Promise<ComparisonSource | undefined> {
  if (purpose === "quiet") return undefined;
  const passing = await lastPassing(queries, job);
  if (passing !== undefined) return unhurried(passing);
  // Wishes of versions before 0.3 name no service.
  const services = service == null ? servicesOf(exclusive) : [service];
  return purpose === "control" ? knownGoodTest(queries, services) : undefined;
}

/** The test that passed, with twice its time limit, because it may have needed that time to pass. */
function unhurried({ definition, ...source }: ComparisonSource): ComparisonSource {
  return { ...source, definition: { ...definition, timeoutMs: 2 * definition.timeoutMs } };
}

/** A job that sleeps for as long as another job ran. */
function quietWindow({ definition, requirements, sourceHash }: JobFacts, lengthMs: number): ComparisonSource {
  const command = `sleep ${Math.ceil(lengthMs / 1_000)}`;
  const timeoutMs = lengthMs + 60_000;
  return {
    definition: {
      ...definition,
      command,
      code: [],
      prepare: null,
      build: null,
      components: {},
      disturbs: [],
      timeoutMs,
    },
    requirements: requirements ?? [],
    sourceHash,
    revision: sourceHash,
  };
}

/** The result of a comparison run, as an attempt of its job. */
function asAttempt(
  { companion, purpose }: { companion: string; purpose: ComparisonPurpose },
  number: number,
  verdict: Verdict,
  last: Attempt | null,
): Attempt {
  if (last === null) return { ...neverRun(), number, purpose, companion };
  const isTrouble = last.outcome === "dirty" || last.outcome === "infrastructure";
  const outcome =
    verdict === "pass" && !isTrouble
      ? "passed"
      : verdict === "fail"
        ? "candidate"
        : isTrouble
          ? last.outcome
          : "infrastructure";
  return { ...last, outcome, number, purpose, companion, disturbed: [] };
}

function neverRun(): Omit<Attempt, "number" | "purpose"> {
  const at = new Date().toISOString();
  return {
    machine: "none",
    host: "none",
    outcome: "infrastructure",
    phase: "lease",
    failureIdentifier: "infra/no-machine",
    exitCode: null,
    failing: [],
    startedAt: at,
    testStartedAt: null,
    endedAt: at,
    evidence: [],
    components: {},
    explained: false,
    claimBacked: false,
    machineLost: false,
  };
}
