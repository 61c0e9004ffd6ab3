import { makeBadge } from "badge-maker";
import type { Express, Router } from "express";
import { readJobViews } from "../../db/jobs/job-views.js";
import { readSubmission } from "../../db/jobs/submissions.js";
import { createMetrics } from "../answers/metrics.js";
import { countResults, hasEndedWithoutJobs, resultOf } from "../../domain/jobs/submission-result.js";
import { readAllJobs, toJUnit } from "../answers/results-export.js";
import { withLinks } from "../answers/job-links.js";
import type { ApiDependencies } from "../dependencies.js";
import { EventStream } from "../events/stream.js";
import { createEndpoints } from "../endpoint.js";
import { caller } from "../requests/caller.js";
import { assertProject } from "../requests/ownership.js";
import { Problem } from "../requests/problem.js";

const colors = { pass: "brightgreen", fail: "red", abort: "lightgrey", none: "lightgrey" } as const;

/** Results, badges and figures for other tools. */
export function exportRoutes(dependencies: ApiDependencies): Router {
  const { database, access } = dependencies;
  const { router, handle } = createEndpoints(access);
  const metrics = createMetrics(database, () => EventStream.count);

  handle("exportSubmission", async ({ params: { submissionId }, query: { format }, response }) => {
    const submission = await readSubmission(database, submissionId);
    if (submission === undefined) throw new Problem("unknown-submission", `there is no submission ${submissionId}`);
    const { project, branch, revision } = submission;
    const hasEnded = hasEndedWithoutJobs(submission.state);
    const jobs = await readAllJobs(database, submissionId);
    if (format === "junit") response.type("application/xml").send(toJUnit(`${project} ${submissionId}`, jobs));
    return {
      submissionId,
      project,
      branch,
      revision,
      isComplete: hasEnded || (jobs.length > 0 && jobs.every(({ verdict }) => verdict !== null)),
      // A submission that ended without jobs says nothing about the code.
      result: hasEnded ? "neutral" : resultOf(jobs),
      counts: countResults(jobs),
      jobs: jobs.map((job) => withLinks(job, dependencies)),
    };
  });

  handle("readBadge", async ({ params: { project }, query: { branch, test }, response }) => {
    if (caller().project !== null) assertProject(project);
    const [last] = await readJobViews(database, { project, branch, test, isFinished: true, limit: 1 });
    const verdict = last?.verdict ?? "none";
    const badge = makeBadge({ label: test ?? project, message: verdict, color: colors[verdict] });
    response.type("image/svg+xml").set("Cache-Control", "no-cache").send(badge);
  });

  handle("readMetrics", async ({ response }) => {
    response.type(metrics.contentType).send(await metrics.text());
  });

  return router;
}

/** Adds the path where Prometheus looks by default. */
export function addMetricsAddress(app: Express): void {
  app.get("/metrics", (request, _response, next) => {
    request.url = "/api/v1/metrics";
    next();
  });
}
