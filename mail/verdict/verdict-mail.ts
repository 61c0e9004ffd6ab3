import { testTitle } from "../../domain/jobs/variant.js";
import { type Message, messageOf } from "../message.js";
import { abortLead, abortParts } from "./abort.js";
import { failLead, failParts } from "./fail.js";
import { passLead, passParts } from "./pass.js";
import type { VerdictFrame, VerdictMail } from "./verdict-mail-data.js";

const tones = { pass: "good", fail: "bad", abort: "held" } as const;

/** The mail about the end of a job. Only mails about failures use the word "fail". */
export function verdictMail(mail: VerdictMail): Message {
  const title = testTitle(mail.test, mail.variant);
  const badge = mail.verdict.toUpperCase();
  return messageOf({
    kind: "verdict",
    id: mail.jobId,
    from: mail.from,
    jobId: mail.jobId,
    submissionId: mail.submissionId,
    subject: subjectOf(badge, title, mail),
    document: { tone: tones[mail.verdict], badge, title, page: mail.links.job, ...told(mail) },
    about: {
      Job: mail.jobId,
      Submission: mail.submissionId,
      Verdict: mail.verdict,
      Test: title,
      Project: mail.project,
    },
    list: mail.project,
    thread: mail.historyKey,
  });
}

/** `FAIL checkout [browser=firefox] · shop @ 0123456789ab`. Long names are shortened, so that each of them can be seen. */
function subjectOf(badge: string, title: string, { project, revision }: VerdictFrame): string {
  const short = (text: string, limit: number) => (text.length > limit ? `${text.slice(0, limit - 1)}…` : text);
  return `${badge} ${short(title, 110)} · ${short(project, 60)} @ ${revision.slice(0, 12)}`;
}

function told(mail: VerdictMail) {
  switch (mail.verdict) {
    case "pass":
      return { lead: passLead(mail), ...passParts(mail) };
    case "fail":
      return { lead: failLead(mail), ...failParts(mail) };
    case "abort":
      return { lead: abortLead(mail), ...abortParts(mail) };
  }
}
