import { formatDuration } from "../../domain/time/duration.js";
import { formatCount } from "../../domain/reports/downtime-wording.js";
import { timeOf } from "../../domain/time/time-text.js";
import { type Message, messageOf } from "../message.js";
import { atMost, oneLine } from "../rendering/plain.js";

/** A notice for owners who asked for it: jobs have been held for a long time. Times are ISO. */
export interface HeldMail {
  from: string;
  submissionId: string;
  project: string;
  revision: string;
  noticeAfterMs: number;
  /** Why the submission itself waits; null if its jobs wait. */
  trouble: string | null;
  jobs: { jobId: string; test: string; reason: string; since: string }[];
  page: string;
}

const jobsShown = 40;

export function heldMail({
  from,
  submissionId,
  project,
  revision,
  noticeAfterMs,
  trouble,
  jobs,
  page,
}: HeldMail): Message {
  const what = trouble !== null ? "submission" : formatCount(jobs.length, "job");
  const title = `${what} of ${oneLine(project, 80)} @ ${revision.slice(0, 40)}`;
  const { shown, more } = atMost(jobs, jobsShown);
  return messageOf({
    kind: "held",
    id: submissionId,
    from,
    jobId: null,
    submissionId,
    subject: `HELD ${title}`,
    document: {
      tone: "held",
      badge: "HELD",
      title,
      lead: [
        trouble !== null
          ? `This submission has been held for more than ${formatDuration(noticeAfterMs)}, because its source cannot be fetched: ${oneLine(trouble, 300)}. This says nothing about your code. It continues when this is fixed. You do not need to do anything.`
          : `These jobs have been held for more than ${formatDuration(noticeAfterMs)}, because infrastructure is broken. This says nothing about your code. They run as soon as the grid is healthy. You do not need to do anything.`,
      ],
      parts: [
        ...(jobs.length === 0
          ? []
          : [
              {
                kind: "items" as const,
                title: "Jobs",
                more,
                items: shown.map(({ jobId, test, reason, since }) => ({
                  text: `${oneLine(test, 120)} (${jobId})`,
                  tone: "plain" as const,
                  detail: [`held since ${timeOf(since)}: ${oneLine(reason, 300)}`],
                })),
              },
            ]),
        {
          kind: "facts",
          title: "The submission",
          facts: [
            { name: "Submission", value: submissionId },
            { name: "Page", value: page, link: page },
          ],
        },
      ],
    },
    about: { Submission: submissionId },
    list: project,
    thread: null,
  });
}
