import { runsFor } from "../../../domain/jobs/job-role.js";
import type { Queries } from "../../../db/connect.js";
import { readGridConfig } from "../../../db/grid/grid-config.js";
import { type JobFacts, readJobFacts } from "../../../db/jobs/jobs.js";
import { queueMail } from "../../../db/mail/outbox.js";
import { overturn, readReopening } from "../../../db/jobs/reverifications.js";
import { recordNotification, readAudience, readNotification } from "../../../db/mail/notifications.js";
import type { Ending } from "../../../domain/verdict/decision.js";
import { correctionMail } from "../../../mail/verdict/correction.js";
import { jobUrl, notMyCodeUrl } from "../../../mail/page-urls.js";
import type { VerdictMail } from "../../../mail/verdict/verdict-mail-data.js";
import { readersIn } from "../notify/notify-result.js";

/**
 * Answers a failure mail after a re-verification, in the transaction of its verdict. Everybody who got the failure mail is
 * notified of the outage that was recorded later, and of the new result.
 * @param readRun reads the re-verification; called only if there are recipients
 */
export async function tellCorrection(
  queries: Queries,
  run: JobFacts,
  ending: Ending,
  publicUrl: string,
  readRun: () => Promise<VerdictMail>,
): Promise<void> {
  const { doubted, outages } = await readReopening(queries, run.jobId);
  const original = await readJobFacts(queries, runsFor(run.role) ?? doubted);
  if (ending.verdict === "pass") await overturn(queries, original.jobId);
  const notified = await readNotification(queries, doubted);
  const { admins } = await readGridConfig(queries);
  const news = { wantedBy: notified.wantedBy, abortReason: ending.abortReason };
  const audience = await readAudience(queries, original, 0);
  const readers = readersIn(audience, admins).filter(({ address, wants }) =>
    // Before 0.3 failures went to everybody; the recipients were not stored.
    notified.how === null ? !admins.includes(address) || wants(news) : wants(news),
  );
  if (readers.length === 0) return recordNotification(queries, run.jobId, "unwanted", null, notified.wantedBy);
  const mail = correctionMail({
    jobId: original.jobId,
    submissionId: original.submissionId,
    answers: notified.by,
    toldAt: notified.at,
    outages,
    run: await readRun(),
    links: { job: jobUrl(publicUrl, original.jobId), notMyCode: notMyCodeUrl(publicUrl, original.jobId) },
  });
  await queueMail(queries, { ...mail, recipients: readers.map(({ address }) => address) });
  await recordNotification(queries, run.jobId, "mail", mail.messageId, notified.wantedBy);
}
