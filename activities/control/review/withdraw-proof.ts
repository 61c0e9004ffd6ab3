import { serviceCheck } from "../../../domain/verdict/checks.js";
import { isForPeople } from "../../../domain/jobs/job-role.js";
import { voidAttempt } from "../../../db/jobs/attempts.js";
import { recordAudit } from "../../../db/access/audit.js";
import type { Queries } from "../../../db/connect.js";
import type { JobFacts } from "../../../db/jobs/jobs.js";
import { outageText } from "../../../domain/verdict/reverification/correction.js";
import type { Ending } from "../../../domain/verdict/decision.js";
import { doubtsOf } from "./late-outages.js";

/**
 * Checks the proof of a failure once more before it is reported: since the review of its runs, an outage may have been
 * recorded that overlaps them. Such runs count as dirty from now on. Returns whether there are any: then it is not reported, and
 * the job continues. The caller holds the job's lock.
 */
export async function withdrawProof(queries: Queries, job: JobFacts, ending: Ending): Promise<boolean> {
  if (ending.verdict !== "fail" || !isForPeople(job.role)) return false;
  const doubts = await doubtsOf(queries, job, ending.failureIdentifier);
  for (const { outage, runs } of doubts) {
    const line = {
      check: serviceCheck(outage.service),
      result: "bad",
      detail: outageText(outage),
      at: outage.since,
    } as const;
    for (const { number } of runs) await voidAttempt(queries, job.jobId, number, line);
    const numbers = runs.map(({ number }) => number).join(", ");
    await recordAudit(
      queries,
      "late truth",
      "withdraw proof",
      `job:${job.jobId}`,
      `attempts ${numbers}: ${outageText(outage)}`,
    );
  }
  return doubts.length > 0;
}
