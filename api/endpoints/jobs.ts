import { WorkflowNotFoundError } from "@temporalio/client";
import type { Router } from "express";
import { readJobView, readJobViews, shownAttempt } from "../../db/jobs/job-views.js";
import { requestCancel, skipCrowdWait } from "../../db/jobs/jobs.js";
import { readLog, sizeOfLog } from "../../db/jobs/logs.js";
import { cancelSignal, jobWorkflowId } from "../../workflows/messages.js";
import { startJob } from "../../workflows/starting.js";
import { answerWhy } from "../answers/answer-why.js";
import { caller } from "../requests/caller.js";
import { assertOwnJob } from "../requests/ownership.js";
import type { ApiDependencies } from "../dependencies.js";
import { nextKey } from "../answers/next-page.js";
import { createEndpoints } from "../endpoint.js";
import { withLinks } from "../answers/job-links.js";
import { Problem } from "../requests/problem.js";

export function jobRoutes(dependencies: ApiDependencies): Router {
  const { database, client, access } = dependencies;
  const { router, handle } = createEndpoints(access);

  handle("listJobs", async ({ query: filter }) => {
    const jobs = await readJobViews(database, { ...filter, project: caller().project ?? filter.project });
    return {
      jobs: jobs.map((job) => withLinks(job, dependencies)),
      next: nextKey(jobs, filter.limit, ({ jobId }) => jobId),
    };
  });

  handle("readJob", async ({ params: { jobId } }) => withLinks(await readJobView(database, jobId), dependencies));

  handle("explainJob", async ({ params: { jobId } }) => answerWhy(database, await readJobView(database, jobId)));

  handle("readLog", async ({ params: { jobId }, query, request, response }) => {
    const job = await readJobView(database, jobId);
    const { attempt = shownAttempt(job), offset } = query;
    response.type("text/plain; charset=utf-8").set("Holdfast-Attempt", String(attempt));
    response.set("Accept-Ranges", "bytes");
    if (request.get("Range") !== undefined) {
      const size = await sizeOfLog(database, job.jobId, attempt);
      const range = request.range(size);
      if (range === -1) throw new Problem("wrong-range", "the log is shorter than that; it may still grow");
      const [only, ...others] = typeof range === "object" && range.type === "bytes" ? range : [];
      if (only !== undefined && others.length === 0) {
        const { content } = await readLog(database, job.jobId, attempt, only.start);
        response.set("Content-Range", `bytes ${only.start}-${only.end}/${size}`);
        return void response.status(206).send(content.subarray(0, only.end - only.start + 1));
      }
    }
    const { content, nextOffset } = await readLog(database, job.jobId, attempt, offset);
    response.set("Holdfast-Next-Offset", String(nextOffset));
    response.send(content);
  });

  handle("cancelJob", async ({ params: { jobId }, body: { by } }) => {
    const job = await readJobView(database, jobId);
    await assertOwnJob(database, job);
    if (job.verdict !== null) throw new Problem("job-finished", `job ${job.jobId} has ended already: ${job.verdict}`);
    await requestCancel(database, job.jobId, by);
    try {
      await client.workflow.getHandle(jobWorkflowId(job.jobId)).signal(cancelSignal, { by });
    } catch (error) {
      if (!(error instanceof WorkflowNotFoundError)) throw error;
      await startJob(client, job);
    }
    return withLinks(await readJobView(database, jobId), dependencies);
  });

  handle("skipWait", async ({ params: { jobId } }) => {
    const job = await readJobView(database, jobId);
    await assertOwnJob(database, job);
    if (!(await skipCrowdWait(database, job.jobId)))
      throw new Problem(
        "not-waiting",
        `job ${job.jobId} does not wait for other failures; \`why\` says what it waits for`,
      );
    return withLinks(await readJobView(database, jobId), dependencies);
  });

  return router;
}
