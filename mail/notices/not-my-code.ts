import { type FailureIdentifier, helpOf } from "../../domain/failures/failures.js";
import type { EvidenceLine } from "../../domain/verdict/attempt.js";
import { testTitle, type Variant } from "../../domain/jobs/variant.js";
import { type Message, messageOf } from "../message.js";
import { calm, oneLine } from "../rendering/plain.js";
import { timeOf } from "../../domain/time/time-text.js";
import { evidencePart } from "../verdict/frame.js";

/** A notice for admins: a user says that a failure was not their code. Times are ISO. */
export interface NotMyCodeMail {
  from: string;
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

/** One mail per job, however many claims there are. */
export function notMyCodeMail(mail: NotMyCodeMail): Message {
  const { jobId, claim, failureIdentifier } = mail;
  const title = testTitle(mail.test, mail.variant);
  return messageOf({
    kind: "not-my-code",
    id: jobId,
    from: mail.from,
    jobId: null,
    submissionId: mail.submissionId,
    subject: `NOT MY CODE ${oneLine(title, 110)} · ${oneLine(mail.project, 60)} @ ${mail.revision.slice(0, 12)}`,
    document: {
      tone: "held",
      badge: "NOT MY CODE",
      title,
      lead: [`${oneLine(claim.name ?? "Somebody", 120)} says that this alarm is not about the code.`],
      parts: [
        { kind: "prose", title: "What was said", lines: claim.why.split("\n").slice(0, 20) },
        {
          kind: "facts",
          title: "The alarm",
          facts: [
            { name: "Project", value: `${mail.project} (${mail.branch})` },
            { name: "Revision", value: mail.revision },
            { name: "Owner", value: mail.owner },
            {
              name: "Reported",
              value: failureIdentifier === null ? "an alarm" : calm(helpOf(failureIdentifier)),
            },
            { name: "At", value: timeOf(mail.finishedAt) },
            { name: "Job", value: jobId, link: mail.page },
          ],
        },
        evidencePart(mail.evidence),
        {
          kind: "commands",
          title: "What to do",
          lead: "Run it again, or record an outage that nobody noticed; then it also runs again. Answer afterwards, so that the claim is counted:",
          commands: [
            `holdfast rerun ${jobId}`,
            "holdfast outage record <service> --from <time> --to <time> --why <reason>",
            `holdfast not-my-code ${jobId} --agree --why <reason>`,
            `holdfast not-my-code ${jobId} --disagree --why <reason>`,
          ],
        },
      ],
    },
    about: { About: jobId, Submission: mail.submissionId, Project: mail.project },
    list: "admins",
    thread: null,
  });
}
