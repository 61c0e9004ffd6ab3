import { recordAttempt } from "../db/attempts.js";
import type { Queries } from "../db/connect.js";
import { type JobFacts, lockJob, writeVerdict } from "../db/jobs.js";
import { queueMail } from "../db/outbox.js";
import type { Verdict } from "../domain/words.js";
import { cancelCompanions, tellParent } from "./companions.js";
import type { Ending } from "../domain/verdict/decision.js";
import type { FinishInput, FinishResult } from "../workflows/contracts.js";
import type { ControlDependencies } from "./dependencies.js";
import { createVerdictStory } from "./verdict-story.js";

export function createFinish(dependencies: ControlDependencies) {
  const { database, client } = dependencies;
  const { composeVerdict } = createVerdictStory(dependencies);

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
    const { mail, recipients } = await composeVerdict(queries, job, ending);
    await queueMail(queries, { ...mail, recipients });
  }

  return { finish };
}
