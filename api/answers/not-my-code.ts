import { recordAudit } from "../../db/access/audit.js";
import { insertClaim, type NewClaim, setRuling } from "../../db/jobs/claims.js";
import type { Queries } from "../../db/connect.js";
import { readGridConfig } from "../../db/grid/grid-config.js";
import { type JobView, readJobViews } from "../../db/jobs/job-views.js";
import { lockJob } from "../../db/jobs/jobs.js";
import { queueMail } from "../../db/mail/outbox.js";
import type { Ruling } from "../../domain/verdict/false-alarms.js";
import { jobUrl } from "../../mail/page-urls.js";
import { notMyCodeMail } from "../../mail/notices/not-my-code.js";
import type { ApiDependencies } from "../dependencies.js";
import { Problem } from "../requests/problem.js";

type Dependencies = Pick<ApiDependencies, "database" | "publicUrl">;

/**
 * Records the claim that a failure is not about the code, and notifies the admins once for each job.
 * @throws UnknownJobError, or a Problem if the job is not an alarm
 */
export async function claimNotMyCode({ database, publicUrl }: Dependencies, claim: NewClaim): Promise<JobView> {
  return database.transaction().execute(async (transaction) => {
    const alarm = await lockAlarm(transaction, claim.jobId);
    await insertClaim(transaction, { ...claim, jobId: alarm.jobId });
    const job = await viewOf(transaction, alarm.jobId);
    const { admins, mail: sender } = await readGridConfig(transaction);
    const first = job.notMyCode?.claims[0];
    if (first !== undefined && admins.length > 0) {
      const mail = notMyCodeMail({
        ...job,
        from: sender.from,
        finishedAt: job.finishedAt ?? first.at,
        claim: first,
        page: jobUrl(publicUrl, job.jobId),
      });
      await queueMail(transaction, { ...mail, recipients: admins });
    }
    return job;
  });
}

/**
 * Records an operator's answer to the claim. The last answer counts.
 * @throws UnknownJobError, or a Problem if the job is not an alarm
 */
export async function answerNotMyCode(
  { database }: Pick<Dependencies, "database">,
  jobId: string,
  { ruling, why, by }: { ruling: Ruling; why: string; by: string },
): Promise<JobView> {
  return database.transaction().execute(async (transaction) => {
    const alarm = await lockAlarm(transaction, jobId);
    await setRuling(transaction, alarm.jobId, { ruling, why, author: by });
    await recordAudit(transaction, by, `not my code: ${ruling}`, `job:${alarm.jobId}`, why);
    return viewOf(transaction, alarm.jobId);
  });
}

/** Locks the job that sent the alarm: the given job, or the job that it re-verifies. */
async function lockAlarm(queries: Queries, jobId: string): Promise<{ jobId: string }> {
  const named = await lockJob(queries, jobId);
  const job = named.role.kind === "reverification" ? await lockJob(queries, named.role.of) : named;
  const isAlarm = job.verdict === "fail" && job.role.kind === "user";
  if (!isAlarm) throw new Problem("no-alarm", `job ${jobId} did not send a failure mail`);
  return job;
}

async function viewOf(queries: Queries, jobId: string): Promise<JobView> {
  const [job] = await readJobViews(queries, { jobId, limit: 1 });
  return job!;
}
