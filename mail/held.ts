import { formatDuration } from "../domain/duration.js";
import { headersOf, messageIdOf, type Message, oneLine, paragraphs, table } from "./message.js";

/** What an owner who asked for it is told of jobs that are held for long. */
export interface HeldMail {
  submissionId: string;
  project: string;
  revision: string;
  noticeAfterMs: number;
  jobs: { jobId: string; test: string; reason: string; since: string }[];
  page: string;
}

export function heldMail({ submissionId, project, revision, noticeAfterMs, jobs, page }: HeldMail): Message {
  return {
    messageId: messageIdOf("held", submissionId),
    jobId: null,
    submissionId,
    subject: oneLine(`HELD ${jobs.length} ${jobs.length === 1 ? "job" : "jobs"} of ${project} @ ${revision}`),
    body: paragraphs([
      `These jobs are held for more than ${formatDuration(noticeAfterMs)} by broken infrastructure. Nothing is known against your code; they run as soon as the grid is fit, and you need do nothing.`,
      jobs
        .map(
          ({ jobId, test, reason, since }) =>
            `  ${oneLine(test)} (${jobId})\n    held since ${since}: ${oneLine(reason, 400)}`,
        )
        .join("\n"),
      table([
        ["Submission", submissionId],
        ["Page", page],
      ]),
    ]),
    headers: headersOf({ Submission: submissionId }),
  };
}
