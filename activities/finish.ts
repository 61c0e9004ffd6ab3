import { recordAttempt } from "../db/attempts.js";
import type { Queries } from "../db/connect.js";
import { type JobFacts, lockJob, readHistory, readStory, writeVerdict } from "../db/jobs.js";
import { readLogTail } from "../db/logs.js";
import { queueMail } from "../db/outbox.js";
import { historyPage, jobPage, logPage } from "../mail/links.js";
import { verdictMail } from "../mail/verdict-mail.js";
import type { FinishInput, FinishResult } from "../workflows/contracts.js";
import { jobWorkflowId } from "../workflows/messages.js";
import type { Verdict } from "../domain/words.js";
import { cancelCompanions, tellParent } from "./companions.js";
import type { Ending } from "../domain/verdict/decision.js";
import type { ControlDependencies } from "./dependencies.js";
import { readGridConfig } from "../db/grid.js";

/** How many earlier verdicts the pass rate looks at. */
const rateOverRuns = 19;
const logTailBytes = 8_000;

export function createFinish(dependencies: ControlDependencies) {
  const { database, client, publicUrl, temporalUi, namespace } = dependencies;

  /**
   * Writes verdict, results and mail, and gives everything back, in one transaction; then tells the job that waits for
   * this one, and those that run for it. The first verdict stays; the same call twice does no harm.
   */
  async function finish(input: FinishInput): Promise<FinishResult> {
    const { job, verdict } = await write(input);
    await tellParent(client, job);
    if (job.hasAttempts) await cancelCompanions(dependencies, job.jobId);
    return { verdict };
  }

  async function write({ jobId, ending, last }: FinishInput): Promise<{ job: JobFacts; verdict: Verdict }> {
    return database.transaction().execute(async (transaction) => {
      const job = await lockJob(transaction, jobId);
      if (job.verdict !== null) return { job, verdict: job.verdict };
      if (last !== null) await recordAttempt(transaction, jobId, last.leaseId, last.attempt);
      await writeVerdict(transaction, jobId, ending);
      // What watches a service is told by the service's state, what runs beside a job by that job.
      if (job.monitors === null && job.companionOf === null) await tell(transaction, job, ending);
      return { job: { ...job, hasAttempts: job.hasAttempts || last !== null }, verdict: ending.verdict };
    });
  }

  async function tell(queries: Queries, job: JobFacts, ending: Ending): Promise<void> {
    const story = await readStory(queries, job.jobId);
    const shown = story.attempts.findLast(({ outcome }) => outcome === "candidate") ?? story.attempts.at(-1);
    const hasLog = ending.verdict === "fail" && shown !== undefined;
    const logTail = hasLog ? (await readLogTail(queries, job.jobId, shown.number, logTailBytes)).toString("utf8") : "";
    const mail = verdictMail({
      ...story,
      jobId: job.jobId,
      submissionId: job.submissionId,
      verdict: ending.verdict,
      abortReason: ending.abortReason,
      failureIdentifier: ending.failureIdentifier,
      flaky: ending.flaky,
      test: job.test,
      variant: job.variant,
      attempts: story.attempts.map(({ outcome, startedAt, endedAt, ...attempt }) => ({
        ...attempt,
        outcome: outcome ?? "stopped",
        tookMs: Date.parse(endedAt) - Date.parse(startedAt),
      })),
      holds: story.holds.map(({ reason, since, until }) => ({
        reason,
        since,
        heldMs: Date.parse(until) - Date.parse(since),
      })),
      failing: [...new Set(story.attempts.flatMap(({ failing }) => failing))],
      evidence: ending.evidence,
      logTail,
      components: Object.assign({}, ...story.attempts.map(({ components }) => components)) as Record<string, string>,
      history: await readHistory(queries, job, story.project, rateOverRuns),
      links: {
        job: jobPage(publicUrl, job.jobId),
        log: logPage(publicUrl, job.jobId),
        history: historyPage(temporalUi, namespace, jobWorkflowId(job.jobId)),
      },
    });
    const admins = ending.abortReason === "undiagnosed" ? (await readGridConfig(queries)).admins : [];
    await queueMail(queries, { ...mail, recipients: [...new Set([story.owner, ...story.tell, ...admins])] });
  }

  return { finish };
}
