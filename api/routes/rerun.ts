import { Router } from "express";
import { readJobViews } from "../../db/job-views.js";
import { readJobFacts } from "../../db/jobs.js";
import {
  findByIdempotencyKey,
  insertJobs,
  insertSubmission,
  type NewSubmission,
  readSubmission,
} from "../../db/submissions.js";
import { joinBranch } from "../../db/supersession.js";
import { startJob } from "../../workflows/starting.js";
import type { ApiDependencies } from "../dependencies.js";
import { withLinks } from "../job-links.js";
import { Problem } from "../problem.js";

export function rerunRoutes(dependencies: ApiDependencies): Router {
  const { database, client, newId, log } = dependencies;
  const router = Router();

  /** The same source, test and variant once more, for the same people. */
  router.post("/jobs/:jobId/rerun", async (request, response) => {
    const key = request.get("Idempotency-Key") ?? null;
    const earlier = key === null ? undefined : await findByIdempotencyKey(database, key);
    const submissionId = earlier?.submission_id ?? (await submitAgain(request.params.jobId, key));
    const [job] = await readJobViews(database, { submission: submissionId, limit: 1 });
    if (job === undefined)
      throw new Problem(409, "repeated-request", "this Idempotency-Key was used for something else");
    response.status(201).json(withLinks(job, dependencies));
  });

  async function submitAgain(jobId: string, idempotencyKey: string | null): Promise<string> {
    const { definition, owner, ...job } = await readJobFacts(database, jobId);
    const submission = await readSubmission(database, job.submissionId);
    if (submission === undefined || submission.origin !== "user")
      throw new Problem(
        409,
        "not-possible",
        `job ${jobId} was not submitted by a user; rerun the job that it was run for`,
      );
    const [submissionId, newJobId] = [newId(), newId()];
    const isNew = await database.transaction().execute(async (transaction) => {
      const again: NewSubmission = {
        submissionId,
        idempotencyKey,
        owner,
        project: submission.project,
        branch: submission.branch,
        revision: submission.revision,
        sourceKind: submission.source_kind,
        sourceUrl: submission.source_url,
        sourceHash: submission.source_hash,
        tests: [job.test],
        tell: submission.tell,
        state: "expanded",
        noticeAfterMs: submission.notice_after_ms,
        mailAsked: submission.mail_asked,
        mailSuite: submission.mail_suite,
        supersede: false,
      };
      if (!(await insertSubmission(transaction, again))) return false;
      await joinBranch(transaction, submissionId);
      await insertJobs(transaction, submissionId, [{ jobId: newJobId, definition }]);
      return true;
    });
    // The job stands in the database: what can't be started now is started by the reconciler.
    if (isNew) await startJob(client, { jobId: newJobId, test: job.test, owner }).catch(log);
    const winner = isNew || idempotencyKey === null ? undefined : await findByIdempotencyKey(database, idempotencyKey);
    return winner?.submission_id ?? submissionId;
  }

  return router;
}
