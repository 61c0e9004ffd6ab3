import type { AbortReason, JobState, SubmissionState, Verdict } from "../states.js";

interface JobEnd {
  verdict: Verdict | null;
  abortReason: AbortReason | null;
}

/** Whether a submission has ended, and will never have jobs. */
export function hasEndedWithoutJobs(state: SubmissionState): boolean {
  return state === "rejected" || state === "cancelled" || state === "expired";
}

/**
 * The result of a submission for a CI pipeline. A job without a result never makes it `fail`. A job that skipped itself
 * counts as passed.
 */
export function resultOf(jobs: readonly JobEnd[]): "pass" | "fail" | "neutral" | "pending" {
  if (jobs.some(({ verdict }) => verdict === "fail")) return "fail";
  if (jobs.length === 0 || jobs.some(({ verdict }) => verdict === null)) return "pending";
  return jobs.some((job) => job.verdict === "abort" && !isSkipped(job)) ? "neutral" : "pass";
}

/** Whether a test skipped itself. */
export function isSkipped({ abortReason }: Pick<JobEnd, "abortReason">): boolean {
  return abortReason === "skipped";
}

/** Jobs by verdict, or by state while they have none. */
export function countResults(jobs: readonly { verdict: Verdict | null; state: JobState }[]): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const { verdict, state } of jobs) counts[verdict ?? state] = (counts[verdict ?? state] ?? 0) + 1;
  return counts;
}
