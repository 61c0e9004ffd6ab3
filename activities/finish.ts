import { recordAttempt } from "../db/attempts.js";
import type { Queries } from "../db/connect.js";
import { endHolds } from "../db/holds.js";
import { failureRate, type JobFacts, lockJob, writeVerdict } from "../db/jobs.js";
import { notifyDispatch, releaseLeases } from "../db/leases.js";
import { readLogTail } from "../db/logs.js";
import { queueMail } from "../db/outbox.js";
import { removeWaiter } from "../db/waiters.js";
import { historyPage, jobPage, logPage } from "../mail/links.js";
import { verdictMail } from "../mail/verdict-mail.js";
import type { FinishInput, FinishResult } from "../workflows/contracts.js";
import { jobWorkflowId } from "../workflows/messages.js";
import type { Ending } from "../domain/verdict/decision.js";
import type { ControlDependencies } from "./dependencies.js";
import { readGridConfig } from "../db/grid.js";

/** How many earlier verdicts the pass rate looks at. */
const rateOverRuns = 19;
const logTailBytes = 8_000;

export function createFinish({ database, publicUrl, temporalUi, namespace }: ControlDependencies) {
  /** Writes verdict, results and mail, and gives everything back, in one transaction. The first verdict stays. */
  async function finish({ jobId, ending, last }: FinishInput): Promise<FinishResult> {
    return database.transaction().execute(async (transaction) => {
      const job = await lockJob(transaction, jobId);
      if (job.verdict !== null) return { verdict: job.verdict };
      if (last !== null) await recordAttempt(transaction, jobId, last.leaseId, last.attempt);
      await transaction.updateTable("attempts").set({ ended_at: new Date() }).where("job_id", "=", jobId).where("ended_at", "is", null).execute();
      await releaseLeases(transaction, jobId);
      await removeWaiter(transaction, jobId);
      await endHolds(transaction, jobId);
      await writeVerdict(transaction, jobId, ending);
      await tell(transaction, job, ending);
      await notifyDispatch(transaction);
      return { verdict: ending.verdict };
    });
  }

  async function tell(queries: Queries, job: JobFacts, ending: Ending): Promise<void> {
    const submission = await queries.selectFrom("submissions").selectAll().where("submission_id", "=", job.submissionId).executeTakeFirstOrThrow();
    const attempts = await queries.selectFrom("attempts").selectAll().where("job_id", "=", job.jobId).orderBy("number").execute();
    const holds = await queries.selectFrom("holds").selectAll().where("job_id", "=", job.jobId).orderBy("since").execute();
    const told = [...attempts].reverse().find(({ outcome }) => outcome === "candidate") ?? attempts.at(-1);
    const tail = ending.verdict === "fail" && told !== undefined ? await readLogTail(queries, job.jobId, told.number, logTailBytes) : Buffer.alloc(0);
    const rate = await failureRate(queries, job, submission.project, rateOverRuns);
    const submitted = await queries.selectFrom("jobs").select(["submitted_at", "finished_at"]).where("job_id", "=", job.jobId).executeTakeFirstOrThrow();
    const mail = verdictMail({
      jobId: job.jobId,
      submissionId: job.submissionId,
      verdict: ending.verdict,
      abortReason: ending.abortReason,
      failureIdentifier: ending.failureIdentifier,
      flaky: ending.flaky,
      test: job.test,
      variant: job.variant,
      owner: submission.owner,
      project: submission.project,
      branch: submission.branch,
      revision: submission.revision,
      submittedAt: submitted.submitted_at.toISOString(),
      finishedAt: (submitted.finished_at ?? new Date()).toISOString(),
      attempts: attempts.map((row) => ({
        number: row.number,
        purpose: row.purpose,
        machine: row.machine,
        outcome: row.outcome ?? "stopped",
        tookMs: (row.ended_at ?? new Date()).getTime() - row.started_at.getTime(),
      })),
      holds: holds.map((row) => ({ reason: row.service ?? row.reason, since: row.since.toISOString(), heldMs: Math.max(0, (row.until ?? new Date()).getTime() - row.since.getTime()) })),
      failing: [...new Set(attempts.flatMap(({ report }) => report?.failing ?? []))],
      evidence: ending.evidence,
      logTail: tail.toString("utf8"),
      components: Object.assign({}, ...attempts.map(({ report }) => report?.components ?? {})) as Record<string, string>,
      history: rate.history,
      links: { job: jobPage(publicUrl, job.jobId), log: logPage(publicUrl, job.jobId), history: historyPage(temporalUi, namespace, jobWorkflowId(job.jobId)) },
    });
    const admins = ending.abortReason === "undiagnosed" ? (await readGridConfig(queries)).admins : [];
    await queueMail(queries, { ...mail, recipients: [...new Set([submission.owner, ...submission.tell, ...admins])] });
  }

  return { finish };
}
