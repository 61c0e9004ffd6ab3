import { readAttempts } from "../../../db/jobs/attempts.js";
import type { Queries } from "../../../db/connect.js";
import { readGridConfig } from "../../../db/grid/grid-config.js";
import { isHeldElsewhere } from "../../../db/queue/holds.js";
import type { JobFacts } from "../../../db/jobs/jobs.js";
import { queueMail } from "../../../db/mail/outbox.js";
import type { NextAttempt } from "../../../domain/verdict/decision.js";
import { environmentMail } from "../../../mail/notices/environment.js";
import { jobUrl } from "../../../mail/page-urls.js";

/** Within this time, no second notice is sent for the same reason, because it most likely has the same cause. */
const gatherMs = 30 * 60_000;

/** Notifies the admins that something in a test's environment seems to have changed, but that no monitor sees it. */
export async function tellOfEnvironment(
  queries: Queries,
  job: JobFacts,
  next: NextAttempt,
  publicUrl: string,
): Promise<void> {
  const identifier = next.because?.failureIdentifier;
  if (identifier !== "infra/environment-changed" && identifier !== "infra/environment-suspected") return;
  const { admins, mail: sender } = await readGridConfig(queries);
  if (admins.length === 0 || (await isHeldElsewhere(queries, job.jobId, identifier, gatherMs))) return;
  const { jobId, project, branch, test, variant } = job;
  const mail = environmentMail({
    from: sender.from,
    jobId,
    project,
    branch,
    test,
    variant,
    failureIdentifier: identifier,
    text: next.because?.text ?? "",
    failing: await failingOf(queries, jobId),
    at: new Date().toISOString(),
    page: jobUrl(publicUrl, jobId),
  });
  await queueMail(queries, { ...mail, recipients: admins });
}

async function failingOf(queries: Queries, jobId: string): Promise<string[]> {
  const attempts = await readAttempts(queries, jobId);
  return [...new Set(attempts.flatMap(({ failing }) => failing))];
}
