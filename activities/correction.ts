import type { Queries } from "../db/connect.js";
import { readGridConfig } from "../db/grid.js";
import { type JobFacts, readJobFacts, readStory } from "../db/jobs.js";
import { queueMail } from "../db/outbox.js";
import { readReopening } from "../db/reopenings.js";
import { outageText } from "../domain/verdict/correction.js";
import type { Ending } from "../domain/verdict/decision.js";
import { correctionMail } from "../mail/correction.js";
import { jobPage, logPage, notMyCodePage } from "../mail/links.js";

/**
 * Answers the mail that told a failure, when the failure has been run again, in the transaction that gives that run its
 * verdict: whoever was told hears what was recorded later, and what became of it.
 */
export async function tellCorrection(
  queries: Queries,
  run: JobFacts,
  ending: Ending,
  publicUrl: string,
): Promise<void> {
  const { doubted, outages, told } = await readReopening(queries, run.jobId);
  const original = run.companionOf ?? doubted;
  const [story, before] = [await readStory(queries, run.jobId), await readStory(queries, doubted)];
  const mail = correctionMail({
    jobId: run.jobId,
    submissionId: (await readJobFacts(queries, original)).submissionId,
    original,
    answers: told,
    verdict: ending.verdict,
    abortReason: ending.abortReason,
    failureIdentifier: ending.failureIdentifier,
    test: run.test,
    variant: run.variant,
    project: story.project,
    branch: story.branch,
    revision: story.revision,
    owner: story.owner,
    toldAt: before.finishedAt,
    finishedAt: story.finishedAt,
    outages: outages.map(outageText),
    failing: [...new Set(story.attempts.flatMap(({ failing }) => failing))],
    evidence: ending.evidence,
    links: {
      job: jobPage(publicUrl, original),
      run: jobPage(publicUrl, run.jobId),
      log: logPage(publicUrl, run.jobId),
      notMyCode: notMyCodePage(publicUrl, original),
    },
  });
  const admins = ending.abortReason === "undiagnosed" ? (await readGridConfig(queries)).admins : [];
  await queueMail(queries, { ...mail, recipients: [...new Set([story.owner, ...story.tell, ...admins])] });
}
