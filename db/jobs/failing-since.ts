import type { Comparison } from "../../domain/mail/details/changes.js";
import type { FailingSince } from "../../domain/mail/details/runs.js";
import type { Queries } from "../connect.js";
import { failsCounted, type JobStory, readFails, readLastPass, readRevisionsBetween } from "./job-story.js";

const revisionsShown = 8;

/** Since when the test of a failed job has failed, and the last run that passed. */
export async function readFailingSince(
  queries: Queries,
  job: Pick<JobStory, "historyKey" | "submissionId" | "revision" | "submittedAt" | "project" | "branch"> & {
    jobId: string;
  },
): Promise<{ since: FailingSince; lastPass: Awaited<ReturnType<typeof readLastPass>>; comparedWith: Comparison }> {
  const lastPass = await readLastPass(queries, job.historyKey, job.jobId);
  const { first, count } = await readFails(queries, job.historyKey, lastPass?.jobId ?? "", job.jobId);
  const firstFail = first ?? job;
  const between =
    lastPass === undefined
      ? { revisions: [], count: 0 }
      : await readRevisionsBetween(queries, job, lastPass.submissionId, firstFail.submissionId, revisionsShown);
  return {
    lastPass,
    comparedWith: comparison(lastPass),
    since: {
      lastPass: lastPass ?? null,
      firstFail,
      between: between.revisions,
      betweenInAll: between.count,
      fails: Math.min(failsCounted, Math.max(1, count)),
    },
  };
}

function comparison(lastPass: Awaited<ReturnType<typeof readLastPass>>): Comparison {
  if (lastPass === undefined) return { notKnown: "this test has not passed on this branch yet" };
  return lastPass.components === null ? { notKnown: "the last pass noted none" } : { is: lastPass };
}
