import type { Job, Submission } from "../../client/grid-client.js";
import type { InboxMessage } from "../../grid/inbox/store.js";
import { eventually } from "./eventually.js";
import type { TestGrid } from "./grid.js";

export async function mailsOfSubmission(grid: TestGrid, { submissionId }: Submission): Promise<InboxMessage[]> {
  return (await grid.mails()).filter(({ headers }) => headers["x-holdfast-submission"] === submissionId);
}

/** The jobs of a submission, once all of them have ended. */
export async function endedJobs(grid: TestGrid, { jobs }: Submission): Promise<Job[]> {
  const all: Job[] = [];
  for (const { jobId } of jobs) all.push(await grid.finished(jobId));
  return all;
}

/** Waits until each job is reported or unwanted. @returns each job with the number of mails that report it */
export async function reportedJobs(grid: TestGrid, submission: Submission): Promise<(Job & { mails: number })[]> {
  // The jobs' own time does not count.
  await endedJobs(grid, submission);
  return eventually("every job to be reported", async () => {
    const jobs = await endedJobs(grid, submission);
    const mails = await mailsOfSubmission(grid, submission);
    for (const { told } of jobs) {
      if (told?.how === "unwanted" || told?.how === "superseded") continue;
      if (told?.messageId == null) return undefined;
    }
    const told = jobs.map((job) => ({
      ...job,
      mails: mails.filter(
        ({ headers, text }) =>
          headers["x-holdfast-job"] === job.jobId ||
          new RegExp(`^ +- (PASS|FAIL|ABORT) .*(?:\\n {6}.*)*?\\n {6}http\\S+/jobs/${job.jobId}$`, "m").test(text),
      ).length,
    }));
    const isComplete = told.every((job) => job.mails > 0 || job.told?.messageId === null);
    return isComplete ? told : undefined;
  });
}
