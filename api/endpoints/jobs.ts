import { WorkflowNotFoundError } from "@temporalio/client";
import { Router } from "express";
import { type JobView, readJobViews, shownAttempt } from "../../db/jobs/job-views.js";
import { requestCancel, skipCrowdWait, UnknownJobError } from "../../db/jobs/jobs.js";
import { readLog } from "../../db/jobs/logs.js";
import { submitterOf } from "../../db/jobs/submissions.js";
import { cancelSignal, jobWorkflowId } from "../../workflows/messages.js";
import { startJob } from "../../workflows/starting.js";
import { z } from "zod";
import { by } from "../schemas/admin.js";
import { answerWhy } from "../answers/answer-why.js";
import { assertOwn } from "../requests/caller.js";
import type { ApiDependencies } from "../dependencies.js";
import { withLinks } from "../answers/job-links.js";
import { Problem } from "../requests/problem.js";
import { attemptNumber, jobFilter } from "../schemas/jobs.js";

const logQuery = z.object({
  attempt: attemptNumber.optional(),
  offset: z.coerce.number().int().min(0).default(0),
});
const cancelRequest = z.object({ by });

export function jobRoutes(dependencies: ApiDependencies): Router {
  const { database, client } = dependencies;
  const router = Router();

  router.get("/jobs", async (request, response) => {
    const filter = jobFilter.parse(request.query);
    const jobs = await readJobViews(database, filter);
    response.json({
      jobs: jobs.map((job) => withLinks(job, dependencies)),
      next: jobs.length === filter.limit ? (jobs.at(-1)?.jobId ?? null) : null,
    });
  });

  router.get("/jobs/:jobId", async (request, response) => {
    response.json(withLinks(await find(request.params.jobId), dependencies));
  });

  router.get("/jobs/:jobId/why", async (request, response) => {
    const job = await find(request.params.jobId);
    response.json(await answerWhy(database, job));
  });

  router.get("/jobs/:jobId/log", async (request, response) => {
    const job = await find(request.params.jobId);
    const { attempt = shownAttempt(job), offset } = logQuery.parse(request.query);
    response.type("text/plain; charset=utf-8").set("Holdfast-Attempt", String(attempt));
    const { content, nextOffset } = await readLog(database, job.jobId, attempt, offset);
    response.set("Holdfast-Next-Offset", String(nextOffset));
    response.send(content);
  });

  router.post("/jobs/:jobId/cancel", async (request, response) => {
    const job = await find(request.params.jobId);
    assertOwn(await submitterOf(database, job.jobId), `job ${job.jobId}`);
    if (job.verdict !== null)
      throw new Problem(409, "job-finished", `job ${job.jobId} has ended already: ${job.verdict}`);
    const { by } = cancelRequest.parse(request.body ?? {});
    await requestCancel(database, job.jobId, by);
    try {
      await client.workflow.getHandle(jobWorkflowId(job.jobId)).signal(cancelSignal, { by });
    } catch (error) {
      if (!(error instanceof WorkflowNotFoundError)) throw error;
      await startJob(client, job);
    }
    response.status(202).json(withLinks(await find(job.jobId), dependencies));
  });

  router.post("/jobs/:jobId/skip-wait", async (request, response) => {
    const job = await find(request.params.jobId);
    assertOwn(await submitterOf(database, job.jobId), `job ${job.jobId}`);
    if (!(await skipCrowdWait(database, job.jobId)))
      throw new Problem(409, "not-waiting", `job ${job.jobId} does not wait for other failures; \`why\` says what for`);
    response.status(202).json(withLinks(await find(job.jobId), dependencies));
  });

  async function find(jobId: string): Promise<JobView> {
    const [job] = await readJobViews(database, { jobId, limit: 1 });
    if (job === undefined) throw new UnknownJobError(`there is no job ${jobId}`);
    return job;
  }

  return router;
}
