import { openComparisonRun } from "../../db/jobs/comparison-runs.js";
import type { Queries } from "../../db/connect.js";
import { readGridView } from "../../db/grid/grid-view.js";
import { type JobView, readPosition, readRunning } from "../../db/jobs/job-views.js";
import { explain } from "./explain.js";

/** Explains the state of a job. */
export async function answerWhy(queries: Queries, job: JobView): Promise<ReturnType<typeof explain>> {
  const [grid, position, running, comparison] = await Promise.all([
    readGridView(queries),
    readPosition(queries, job.jobId),
    readRunning(queries),
    openComparisonRun(queries, job.jobId),
  ]);
  return explain(job, grid, { position, running, comparison });
}
