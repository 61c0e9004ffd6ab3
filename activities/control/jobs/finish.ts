import { recordAttempt } from "../../../db/jobs/attempts.js";
import { insertConflicts } from "../../../db/jobs/conflicts.js";
import { writeEntry } from "../../../db/recovery/journal.js";
import { type JobFacts, lockJob, writeVerdict } from "../../../db/jobs/jobs.js";
import type { Verdict } from "../../../domain/states.js";
import { cancelComparisonRuns, tellParent } from "./comparison-runs.js";
import { tellCorrection } from "../review/correction.js";
import { superseded } from "../../../domain/verdict/endings.js";
import type { FinishInput, FinishResult } from "../../../workflows/contracts.js";
import { isGenuine } from "./accept-report.js";
import type { ControlDependencies } from "../dependencies.js";
import { notifyResult } from "../notify/notify-result.js";
import { traceJob } from "../notify/trace-job.js";
import { createVerdictStory } from "../notify/verdict-story.js";
import { verdictMail } from "../../../mail/verdict/verdict-mail.js";
import { withdrawProof } from "../review/withdraw-proof.js";

export function createFinish(dependencies: ControlDependencies) {
  const { database, client, publicUrl, tracing } = dependencies;
  const { readVerdict } = createVerdictStory(dependencies);

  /**
   * Writes verdict, results and mail, and releases everything, in one transaction. Then signals the job that waits for this
   * one, and cancels its comparison runs. The first verdict is final; repeated calls do nothing. A failure whose proof is no
   * longer valid gets no verdict: the result is null, and the job continues.
   */
  async function finish(input: FinishInput): Promise<FinishResult> {
    const { job, verdict } = await write(input);
    if (verdict === null) return { verdict };
    await tellParent(client, job);
    if (job.hasAttempts) await cancelComparisonRuns(dependencies, job.jobId);
    // A trace must not delay a verdict.
    if (tracing.isOn) await traceJob(database, tracing, job.jobId).catch(() => undefined);
    return { verdict };
  }

  async function write({
    jobId,
    ending: asked,
    last,
  }: FinishInput): Promise<{ job: JobFacts; verdict: Verdict | null }> {
    return database.transaction().execute(async (transaction) => {
      const job = await lockJob(transaction, jobId);
      if (job.verdict !== null) return { job, verdict: job.verdict };
      const isSuperseded = job.supersededBy !== null && asked.abortReason === "cancelled";
      const ending = isSuperseded ? superseded(job.supersededBy!, new Date().toISOString()) : asked;
      if (last !== null && !(await isGenuine(transaction, jobId, last))) return { job, verdict: null };
      if (last !== null) await recordAttempt(transaction, jobId, last.leaseId, last.attempt);
      if (await withdrawProof(transaction, job, ending)) return { job, verdict: null };
      await writeVerdict(transaction, jobId, ending);
      if (ending.conflictsWith !== undefined)
        await insertConflicts(transaction, job.project, job.test, ending.conflictsWith);
      // Nobody is notified of monitors and comparison runs: services and other jobs show their results.
      if (job.role.kind === "user") {
        const how = await notifyResult(transaction, job, ending, async () =>
          verdictMail(await readVerdict(transaction, job, ending)),
        );
        const { submissionId, test } = job;
        await writeEntry(transaction, { kind: "verdict", jobId, submissionId, test, ending, how });
      }
      if (job.role.kind === "reverification")
        await tellCorrection(transaction, job, ending, publicUrl, () => readVerdict(transaction, job, ending));
      return { job: { ...job, hasAttempts: job.hasAttempts || last !== null }, verdict: ending.verdict };
    });
  }

  return { finish };
}
