import type { FailureIdentifier } from "../domain/failures.js";
import { helpOf } from "../domain/failures.js";
import { testTitle, type Variant } from "../domain/variant.js";
import { headersOf, messageIdOf, type Message, oneLine, paragraphs, table } from "./message.js";

/** What admins are told when a test stops passing for a reason that seems not to be its code. `at` is an ISO time. */
export interface EnvironmentMail {
  jobId: string;
  project: string;
  branch: string;
  test: string;
  variant: Variant;
  failureIdentifier: FailureIdentifier;
  text: string;
  failing: string[];
  at: string;
  page: string;
}

/** One mail for each test and day, however many of its jobs meet the same. */
export function environmentMail(mail: EnvironmentMail): Message {
  const title = testTitle(mail.test, mail.variant);
  const key = encodeURIComponent(`${mail.project}.${mail.branch}.${title}`).replaceAll("%", "=");
  return {
    messageId: messageIdOf("environment", `${key}.${mail.at.slice(0, 10)}`),
    jobId: null,
    submissionId: null,
    subject: oneLine(`ENVIRONMENT of ${title} · ${mail.project}: ${mail.failureIdentifier}`),
    body: paragraphs([
      `${oneLine(mail.text, 1_000)}\n${helpOf(mail.failureIdentifier)} Its author has not been told; the job is tried again.`,
      table([
        ["Test", title],
        ["Project", `${mail.project} (${mail.branch})`],
        ["Job", mail.jobId],
        ["What did not pass", mail.failing.join(", ") || "the test as a whole"],
        ["Seen", mail.at],
        ["Page", mail.page],
      ]),
    ]),
    headers: headersOf({ Test: title, Project: mail.project }),
  };
}
