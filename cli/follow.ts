import { setTimeout as sleep } from "node:timers/promises";
import type { GridClient, Job, Submission } from "../client/grid-client.js";
import { UnreachableGridError } from "../client/requests.js";
import { testTitle } from "../domain/variant.js";
import { exitCodes } from "./exit-codes.js";

const pollMs = 300;

/** Tells each change of a submission's jobs until all have ended or the time is over; gives the exit code. */
export async function followSubmission(
  grid: GridClient,
  submissionId: string,
  waitMs: number,
  tell: (line: string) => void,
): Promise<number> {
  const deadline = Date.now() + waitMs;
  const told = new Map<string, string>();
  let isAway = false;
  while (Date.now() < deadline) {
    try {
      const submission = await grid.submission(submissionId);
      if (isAway) tell("the grid answers again");
      isAway = false;
      if (["rejected", "cancelled", "expired"].includes(submission.state)) {
        tell(`${submission.state}: ${submission.reason ?? ""}`);
        return exitCodes.abort;
      }
      tellSubmission(submission, told, tell);
      for (const { jobId, state, verdict } of submission.jobs) {
        if (told.get(jobId) === (verdict ?? state)) continue;
        tell(describe(await grid.job(jobId)));
        told.set(jobId, verdict ?? state);
      }
      if (submission.jobs.length > 0 && submission.jobs.every(({ verdict }) => verdict !== null))
        return exitOf(submission.jobs.map(({ verdict }) => verdict));
    } catch (error) {
      if (!(error instanceof UnreachableGridError)) throw error;
      if (!isAway) tell("the grid does not answer; still waiting");
      isAway = true;
    }
    await sleep(pollMs);
  }
  return exitCodes.waitOver;
}

function tellSubmission(
  { submissionId, state, reason, note }: Submission,
  told: Map<string, string>,
  tell: (line: string) => void,
): void {
  const now = `${state} ${reason ?? ""}`;
  if (told.get(submissionId) === now) return;
  if (state !== "expanded") tell(`submission ${state}${reason === null ? "" : `: ${reason}`}`);
  else if (note !== null) tell(note);
  told.set(submissionId, now);
}

/** 1 if any failed, else 2 if any was aborted. */
export function exitOf(verdicts: readonly (string | null)[]): number {
  if (verdicts.includes("fail")) return exitCodes.fail;
  return verdicts.includes("abort") ? exitCodes.abort : exitCodes.pass;
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
