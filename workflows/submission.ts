import {
  ActivityFailure,
  ApplicationFailure,
  CancellationScope,
  isCancellation,
  setCurrentDetails,
  TimeoutFailure,
} from "@temporalio/workflow";
import { control, expanding, fetching } from "./activities.js";

export interface SubmissionInput {
  submissionId: string;
  budgetMs: number;
}

/** Fetches the source of a git submission, for days if necessary, and creates its jobs. */
export async function submission({ submissionId, budgetMs }: SubmissionInput): Promise<void> {
  setCurrentDetails("fetching the source");
  try {
    await fetching(budgetMs).fetchSource({ submissionId });
    await expanding.expandSubmission({ submissionId });
  } catch (error) {
    const ending = endingOf(error);
    if (ending === undefined) throw error;
    await CancellationScope.nonCancellable(() => control.rejectSubmission({ submissionId, ...ending }));
  }
}

function endingOf(
  error: unknown,
): { outcome: "rejected" | "cancelled" | "expired"; failureIdentifier: string; reason: string } | undefined {
  if (isCancellation(error))
    return { outcome: "cancelled", failureIdentifier: "", reason: "cancelled while its source was being fetched" };
  const cause = error instanceof ActivityFailure ? error.cause : error;
  if (cause instanceof ApplicationFailure && cause.nonRetryable === true)
    return { outcome: "rejected", failureIdentifier: cause.type ?? "", reason: cause.message };
  // The last try may have ended with its own error, with no time left for another try.
  const isOver = error instanceof ActivityFailure && error.retryState === "TIMEOUT";
  if (isOver || cause instanceof TimeoutFailure)
    return {
      outcome: "expired",
      failureIdentifier: "infra/repository-unreachable",
      reason: "the repository could not be reached in all the time that the submission was held",
    };
  return undefined;
}
