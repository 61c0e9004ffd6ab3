import { setTimeout as sleep } from "node:timers/promises";
import type { GridClient, Job, Submission } from "../client/grid-client.js";
import { UnreachableGridError } from "../client/requests.js";
import { hasEndedWithoutJobs, isSkipped, resultOf } from "../domain/jobs/submission-result.js";
import { testTitle } from "../domain/jobs/variant.js";
import { exitCodes } from "./exit-codes.js";

const pollMs = 300;

/** The pause is this many times as long as the answer took. Large submissions take long, and the grid needs time for others. */
const pausePerAnswer = 10;

/** Prints each change of a submission's jobs until all have ended or the time is over. Returns the exit code. */
export async function followSubmission(
  grid: GridClient,
  submissionId: string,
  waitMs: number,
  tell: (line: string) => void,
  skippedExit: number = exitCodes.pass,
): Promise<number> {
  const deadline = Date.now() + waitMs;
  const shown = new Map<string, string>();
  let isAway = false;
  while (Date.now() < deadline) {
    const askedAt = Date.now();
    let answeredMs = 0;
    try {
      const submission = await grid.submission(submissionId);
      answeredMs = Date.now() - askedAt;
      if (isAway) tell("the grid answers again");
      isAway = false;
      if (hasEndedWithoutJobs(submission.state)) {
        tell(`${submission.state}: ${submission.reason ?? ""}`);
        return exitCodes.abort;
      }
      tellSubmission(submission, shown, tell);
      for (const { jobId, state, verdict } of submission.jobs) {
        if (shown.get(jobId) === (verdict ?? state)) continue;
        tell(describe(await grid.job(jobId)));
        shown.set(jobId, verdict ?? state);
      }
      if (submission.jobs.length > 0 && submission.jobs.every(({ verdict }) => verdict !== null)) {
        const skipped = submission.jobs.filter(isSkipped);
        if (skipped.length > 0) tell(`${skipped.length} of ${submission.jobs.length} jobs were skipped by their tests`);
        return exitOf(submission.jobs, skippedExit);
      }
    } catch (error) {
      if (!(error instanceof UnreachableGridError)) throw error;
      if (!isAway) tell("the grid does not answer; still waiting");
      isAway = true;
    }
    await sleep(Math.max(pollMs, pausePerAnswer * answeredMs));
  }
  return exitCodes.waitOver;
}

function tellSubmission(
  { submissionId, state, reason, note }: Submission,
  shown: Map<string, string>,
  tell: (line: string) => void,
): void {
  const now = `${state} ${reason ?? ""}`;
  if (shown.get(submissionId) === now) return;
  if (state !== "expanded") tell(`submission ${state}${reason === null ? "" : `: ${reason}`}`);
  else if (note !== null) tell(note);
  shown.set(submissionId, now);
}

/** 1 if any job failed, else 2 if any was aborted, else `skippedExit` if any test skipped itself. */
export function exitOf(jobs: Submission["jobs"], skippedExit: number): number {
  const result = resultOf(jobs);
  if (result === "fail") return exitCodes.fail;
  if (result === "neutral") return exitCodes.abort;
  return jobs.some(isSkipped) ? skippedExit : exitCodes.pass;
}

/** A job in one line. */
export function describe(job: Job): string {
  const title = testTitle(job.test, job.variant).padEnd(28);
  const machine = job.attempts.at(-1)?.machine;
  switch (job.state) {
    case "held":
      return `${title} held: ${
        job.holds
          .filter(({ until }) => until === null)
          .map(({ detail }) => detail)
          .join("; ") ||
        (job.holds.at(-1)?.detail ?? "")
      }`;
    case "finished":
      return `${title} ${[job.verdict?.toUpperCase(), job.abortReason, job.failureIdentifier, job.flaky ? "flaky" : null].filter((part) => part !== null).join(" · ")}`;
    default:
      return `${title} ${job.state}${job.state === "running" && machine !== undefined ? ` on ${machine}` : ""}`;
  }
}
