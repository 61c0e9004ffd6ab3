import { type FailureIdentifier, helpOf } from "../domain/failures.js";
import type { EvidenceLine } from "../domain/verdict/attempt.js";
import { testTitle, type Variant } from "../domain/variant.js";
import { headersOf, messageIdOf, type Message, oneLine, paragraphs, table } from "./message.js";

/** What admins are told when somebody says that a failure was not his code. Times are ISO. */
export interface NotMyCodeMail {
  jobId: string;
  submissionId: string;
  test: string;
  variant: Variant;
  owner: string;
  project: string;
  branch: string;
  revision: string;
  failureIdentifier: FailureIdentifier | null;
  finishedAt: string;
  claim: { name: string | null; why: string; at: string };
  evidence: EvidenceLine[];
  page: string;
}

/** One mail for each job, however many say so. */
export function notMyCodeMail(mail: NotMyCodeMail): Message {
  const title = testTitle(mail.test, mail.variant);
  return {
    messageId: messageIdOf("not-my-code", mail.jobId),
    jobId: null,
    submissionId: mail.submissionId,
    subject: oneLine(`NOT MY CODE ${title} · ${mail.project} @ ${mail.revision.slice(0, 12)}`),
    body: paragraphs([
      `${oneLine(mail.claim.name ?? "Somebody")} says that this alarm is not about the code:`,
      `  ${oneLine(mail.claim.why, 1_000)}`,
      table([
        ["Test", title],
        ["Project", `${mail.project} (${mail.branch})`],
        ["Revision", mail.revision],
        ["Owner", mail.owner],
        ["Verdict", `${mail.failureIdentifier ?? "none named"}, ${mail.finishedAt}`],
        ["Said", mail.claim.at],
        ["Page", mail.page],
      ]),
      mail.failureIdentifier === null ? null : helpOf(mail.failureIdentifier),
      `Evidence\n${mail.evidence.map((line) => `  - ${oneLine(`${line.check}: ${line.detail}`, 400)} (${line.result}, ${line.at})`).join("\n") || "  none"}`,
      `What to do\n${table([
        ["Run it again", `holdfast rerun ${mail.jobId}`],
        ["An outage was missed", "holdfast outage record <service> --from <time> --to <time> --why <reason>"],
        ["A false alarm", `holdfast not-my-code ${mail.jobId} --agree --why <reason>`],
        ["It is the code", `holdfast not-my-code ${mail.jobId} --disagree --why <reason>`],
      ])}`,
    ]),
    headers: headersOf({ About: mail.jobId, Submission: mail.submissionId, Test: title, Project: mail.project }),
  };
}
