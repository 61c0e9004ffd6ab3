import type { Router } from "express";
import { countOpenJobs } from "../../db/jobs/start-turns.js";
import { readGridConfig } from "../../db/grid/grid-config.js";
import { readJobViews } from "../../db/jobs/job-views.js";
import { readJobFacts } from "../../db/jobs/jobs.js";
import {
  copySubmission,
  insertJobs,
  insertSubmission,
  type NewSubmission,
  readSubmission,
} from "../../db/jobs/submissions.js";
import { joinBranch } from "../../db/jobs/supersession.js";
import { assertOwn } from "../requests/ownership.js";
import type { ApiDependencies } from "../dependencies.js";
import { createEndpoints } from "../endpoint.js";
import { withLinks } from "../answers/job-links.js";
import { Problem } from "../requests/problem.js";
import { assertOpenJobLimit, findRepeated, identityOf, type RequestIdentity } from "../requests/request-identity.js";

export function rerunRoutes(dependencies: ApiDependencies): Router {
  const { database, newId, access } = dependencies;
  const { router, handle } = createEndpoints(access);

  /** Submits the same source, test and variant again, with the same owner and recipients. */
  handle("rerunJob", async ({ params: { jobId }, request }) => {
    const identity = identityOf(request);
    const submissionId = (await findRepeated(database, identity)) ?? (await submitAgain(jobId, identity));
    const [job] = await readJobViews(database, { submission: submissionId, limit: 1 });
    if (job === undefined) throw new Problem("repeated-request", "this Idempotency-Key was used for something else");
    return withLinks(job, dependencies);
  });

  async function submitAgain(jobId: string, identity: RequestIdentity): Promise<string> {
    const { definition, ...job } = await readJobFacts(database, jobId);
    const submission = await readSubmission(database, job.submissionId);
    if (submission === undefined || submission.origin !== "user")
      throw new Problem("not-possible", `job ${jobId} was not submitted by a user; rerun the job that it was run for`);
    assertOwn(submission, `job ${jobId}`);
    const { limits } = await readGridConfig(database);
    assertOpenJobLimit((await countOpenJobs(database, identity.submitter)) + 1, limits["open-jobs"]);
    const [submissionId, newJobId] = [newId(), newId()];
    const isNew = await database.transaction().execute(async (transaction) => {
      const again: NewSubmission = {
        ...copySubmission(submission),
        submissionId,
        ...identity,
        tests: [job.test],
        state: "expanded",
        noticeAfterMs: submission.noticeAfterMs,
        mailAsked: submission.mailAsked,
        mailSuite: submission.mailSuite,
        supersede: false,
      };
      if (!(await insertSubmission(transaction, again))) return false;
      await joinBranch(transaction, submissionId);
      await insertJobs(transaction, submissionId, [{ jobId: newJobId, definition }], "in turn");
      return true;
    });
    return isNew ? submissionId : ((await findRepeated(database, identity)) ?? submissionId);
  }

  return router;
}
