import { isForPeople, runsFor } from "../../../domain/jobs/job-role.js";
import { recordAudit } from "../../../db/access/audit.js";
import { insertComparisonRun, nextComparisonRunId } from "../../../db/jobs/comparison-runs.js";
import type { Queries } from "../../../db/connect.js";
import { readGridConfig } from "../../../db/grid/grid-config.js";
import { type JobFacts, lockJob } from "../../../db/jobs/jobs.js";
import {
  type DoubtingOutage,
  failuresNear,
  insertReopening,
  markFailureLookedBack,
  markOutageLookedBack,
  reopenedAs,
  takeFailureToLookBack,
  takeOutageToLookBack,
} from "../../../db/jobs/reverifications.js";
import { copySubmission, insertSubmission, readSubmission } from "../../../db/jobs/submissions.js";
import { outageText } from "../../../domain/verdict/reverification/correction.js";
import { doubtfulRuns } from "../../../domain/verdict/reverification/late-outage.js";
import { startComparisonRun } from "../jobs/comparison-runs.js";
import type { ControlDependencies } from "../dependencies.js";
import { canDoubt, doubtsOf, failureOf } from "./late-outages.js";

/** A failure to verify again. The job that does so is already in the database. */
interface Reopened {
  jobId: string;
  failure: JobFacts;
}

/**
 * Re-verification (docs/verdict.md, section 6): a failure runs again if an outage is recorded later that overlaps its proof.
 * After it is written, each outage is compared with all failures, and each failure with all outages. So the later of the two
 * finds the other, even if a process dies in between.
 */
export function createLookBack({
  database,
  client,
  newId,
}: Pick<ControlDependencies, "database" | "client" | "newId">) {
  /** Compares one outage or one failure. Returns whether there was one. */
  async function lookBack(): Promise<boolean> {
    const found = await database
      .transaction()
      .execute(async (transaction) => (await fromOutage(transaction)) ?? (await fromFailure(transaction)));
    // If this fails, the reconciler starts it.
    for (const { jobId, failure } of found ?? []) await startComparisonRun(client, { jobId, ended: false }, failure);
    return found !== undefined;
  }

  async function fromOutage(queries: Queries): Promise<Reopened[] | undefined> {
    const outage = await takeOutageToLookBack(queries);
    if (outage === undefined) return undefined;
    const config = await readGridConfig(queries);
    const reopened: Reopened[] = [];
    const near = canDoubt(config, outage.service) ? await failuresNear(queries, outage, config.verdict.reopen) : [];
    for (const jobId of near) {
      const failure = await lockJob(queries, jobId);
      const known = await failureOf(queries, failure, failure.failureIdentifier);
      if (doubtfulRuns(known, outage).length > 0) reopened.push(...(await reopen(queries, failure, [outage])));
    }
    await markOutageLookedBack(queries, outage.outageId);
    return reopened;
  }

  async function fromFailure(queries: Queries): Promise<Reopened[] | undefined> {
    const jobId = await takeFailureToLookBack(queries);
    if (jobId === undefined) return undefined;
    await markFailureLookedBack(queries, jobId);
    const failure = await lockJob(queries, jobId);
    if (!isForPeople(failure.role)) return [];
    const doubts = await doubtsOf(queries, failure, failure.failureIdentifier);
    return doubts.length === 0
      ? []
      : reopen(
          queries,
          failure,
          doubts.map(({ outage }) => outage),
        );
  }

  /**
   * Writes the job that verifies a failure again, and why. If there is one already, only records the outages. The caller holds
   * the failure's lock.
   */
  async function reopen(queries: Queries, failure: JobFacts, outages: readonly DoubtingOutage[]): Promise<Reopened[]> {
    const known = await reopenedAs(queries, failure.jobId);
    const jobId = known ?? (await insertRun(queries, failure));
    for (const { outageId } of outages)
      await insertReopening(queries, { doubted: failure.jobId, outageId, reopenedAs: jobId });
    if (known !== undefined) return [];
    const because = outages.map(outageText).join("; ");
    await recordAudit(queries, "late truth", "reopen", `job:${failure.jobId}`, `as ${jobId}: ${because}`);
    return [{ jobId, failure }];
  }

  /** Inserts a job with the same source, definition and requirements, for the original job of the failure. */
  async function insertRun(queries: Queries, failure: JobFacts): Promise<string> {
    const submission = await readSubmission(queries, failure.submissionId);
    if (submission === undefined) throw new Error(`job ${failure.jobId} has no submission`);
    const original = runsFor(failure.role) ?? failure.jobId;
    const jobId = await nextComparisonRunId(queries, original, "reopen");
    const submissionId = newId();
    await insertSubmission(queries, {
      ...copySubmission(submission),
      submissionId,
      idempotencyKey: null,
      tests: [failure.test],
      state: "expanded",
      origin: "reopen",
    });
    const { definition, requirements, sourceHash } = failure;
    const source = { definition, requirements: requirements ?? [], sourceHash, revision: submission.revision };
    await insertComparisonRun(queries, submissionId, { jobId, of: original, purpose: "reopen", wish: null, ...source });
    return jobId;
  }

  return { name: "reverifications", everyMs: 1_000, run: async () => ((await lookBack()) ? "more" : "done") } as const;
}
