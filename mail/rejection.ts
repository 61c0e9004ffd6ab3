import { headersOf, messageIdOf, type Message, oneLine, paragraphs, table } from "./message.js";

/** A submission that ended before it had jobs. */
export interface RejectionMail {
  submissionId: string;
  owner: string;
  source: string;
  revision: string;
  outcome: "rejected" | "cancelled" | "expired";
  failureIdentifier: string | null;
  reason: string;
  page: string;
}

const outcomes = {
  rejected: "It cannot be run as it is; nothing was run.",
  cancelled: "It was cancelled before it had jobs.",
  expired: "Its source could not be fetched in all the time that submissions are kept. Nothing is known of your code.",
} as const;

export function rejectionMail(mail: RejectionMail): Message {
  return {
    messageId: messageIdOf("submission", mail.submissionId),
    jobId: null,
    submissionId: mail.submissionId,
    subject: oneLine(`ABORT submission of ${mail.source} @ ${mail.revision}`),
    body: paragraphs([
      `ABORT: the submission of ${oneLine(mail.source)} at ${oneLine(mail.revision)}`,
      `${outcomes[mail.outcome]} (${mail.outcome})`,
      mail.reason
        .split("\n")
        .map((line) => `  ${oneLine(line, 1_000)}`)
        .join("\n"),
      table([
        ["Owner", mail.owner],
        ["Identifier", mail.failureIdentifier ?? mail.outcome],
        ["Submission", mail.submissionId],
        ["Page", mail.page],
      ]),
    ]),
    headers: headersOf({ Submission: mail.submissionId, Verdict: "abort" }),
  };
}
