import type { Fact } from "../mail-document.js";
import { type Message, messageOf } from "../message.js";

/** A submission that ended before it had jobs. */
export interface RejectionMail {
  from: string;
  submissionId: string;
  owner: string;
  project: string;
  source: string;
  revision: string;
  outcome: "rejected" | "cancelled" | "expired";
  failureIdentifier: string | null;
  reason: string;
  page: string;
}

const outcomes = {
  rejected: "It cannot run as it is. Nothing ran.",
  cancelled: "It was cancelled before it had jobs.",
  expired: "Its source could not be fetched before the hold budget was used up. This says nothing about your code.",
} as const;
const reasonLines = 40;

export function rejectionMail(mail: RejectionMail): Message {
  const facts: Fact[] = [
    { name: "Source", value: mail.source },
    { name: "Revision", value: mail.revision },
    { name: "Owner", value: mail.owner },
    { name: "Identifier", value: mail.failureIdentifier ?? mail.outcome },
    { name: "Submission", value: mail.submissionId },
    { name: "Page", value: mail.page, link: mail.page },
  ];
  return messageOf({
    kind: "submission",
    id: mail.submissionId,
    from: mail.from,
    jobId: null,
    submissionId: mail.submissionId,
    subject: `ABORT submission of ${mail.source.slice(0, 120)} @ ${mail.revision.slice(0, 40)}`,
    document: {
      tone: "held",
      badge: "ABORT",
      title: `the submission of ${mail.source}`,
      lead: [`${outcomes[mail.outcome]} (${mail.outcome})`],
      parts: [
        { kind: "prose", title: "Why", lines: mail.reason.split("\n").slice(0, reasonLines) },
        { kind: "facts", title: "The submission", facts },
      ],
    },
    about: { Submission: mail.submissionId, Verdict: "abort" },
    list: mail.project,
    thread: null,
  });
}
