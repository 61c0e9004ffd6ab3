import { readJobFacts } from "../../db/jobs/jobs.js";
import { readBudget } from "../../db/queue/hold-budget.js";
import { openComparisonRun } from "../../db/jobs/comparison-runs.js";
import type { Queries } from "../../db/connect.js";
import { readGridView } from "../../db/grid/grid-view.js";
import { type JobView, readPosition, readRunning } from "../../db/jobs/job-views.js";
import { readFailingSince } from "../../db/jobs/failing-since.js";
import { readStory } from "../../db/jobs/job-story.js";
import { type ChangeLine, changeLines } from "../../domain/mail/details/changes.js";
import { compareComponents } from "../../domain/mail/details/component-changes.js";
import { explain } from "./explain.js";

/** Explains the state of a job. */
export async function answerWhy(queries: Queries, job: JobView) {
  const [grid, position, running, comparison, changes, facts] = await Promise.all([
    readGridView(queries),
    readPosition(queries, job.jobId),
    readRunning(queries),
    openComparisonRun(queries, job.jobId),
    job.verdict === "fail" ? readChanges(queries, job.jobId) : [],
    job.state === "held" ? readJobFacts(queries, job.jobId) : null,
  ]);
  const budget = facts === null ? null : await readBudget(queries, facts, grid.config);
  return { ...explain(job, grid, { position, running, comparison, budget }), changes };
}

/** What changed since the test of a failed job passed last. */
async function readChanges(queries: Queries, jobId: string): Promise<ChangeLine[]> {
  const story = await readStory(queries, jobId);
  const { since, lastPass, comparedWith } = await readFailingSince(queries, { ...story, jobId });
  const failed = story.attempts.find(({ outcome }) => outcome === "candidate") ?? story.attempts.at(-1);
  const components = compareComponents(failed?.components ?? {}, lastPass?.components ?? null);
  return changeLines({ jobId, revision: story.revision, since, components, comparedWith });
}
