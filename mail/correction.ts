import { testTitle, type Variant } from "../domain/variant.js";
import type { Verdict } from "../domain/words.js";
import { type Message, messageOf } from "./message.js";
import { calm, oneLine } from "./plain.js";
import { timeOf } from "./verdict/frame.js";

/** A verdict that turned out otherwise after it was told (VERDICT.md, section 6, late truth). `toldAt` is an ISO time. */
export interface CorrectionMail {
  from: string;
  jobId: string;
  submissionId: string;
  /** Which correction of this job it is, from 1. */
  number: number;
  /** The message id of the mail that told the verdict, which this one answers. */
  answers: string;
  toldAt: string;
  test: string;
  variant: Variant;
  project: string;
  branch: string;
  revision: string;
  historyKey: string;
  was: Verdict;
  /** What it came to when it was run again. */
  is: Verdict;
  /** What is known now that was not then, such as an outage that was recorded later. */
  why: string[];
  links: { job: string; log: string };
}

const tones = { pass: "good", fail: "bad", abort: "held" } as const;

/** Answers the mail on a verdict. Only one that tells of a failure says the word: what it takes back was an alarm. */
export function correctionMail(mail: CorrectionMail): Message {
  const title = testTitle(mail.test, mail.variant);
  const message = messageOf({
    kind: "correction",
    id: `${mail.jobId}.${mail.number}`,
    from: mail.from,
    jobId: null,
    submissionId: mail.submissionId,
    subject: `CORRECTION ${oneLine(title, 110)} · ${oneLine(mail.project, 60)} @ ${mail.revision.slice(0, 12)}: ${mail.is}`,
    letter: {
      tone: tones[mail.is],
      badge: "CORRECTION",
      title,
      lead: [leadOf(mail)],
      parts: [
        { kind: "prose", title: "What is known now", lines: mail.is === "fail" ? mail.why : mail.why.map(calm) },
        {
          kind: "facts",
          title: "The job",
          facts: [
            { name: "Told before", value: `${wordOf(mail)}, ${timeOf(mail.toldAt)}` },
            { name: "Run again", value: mail.is, tone: tones[mail.is] },
            { name: "Project", value: `${mail.project} (${mail.branch})` },
            { name: "Revision", value: mail.revision },
            { name: "Job", value: mail.jobId, link: mail.links.job },
            { name: "Log", value: mail.links.log, link: mail.links.log },
          ],
        },
      ],
    },
    about: { Corrects: mail.jobId, Submission: mail.submissionId, Verdict: mail.is, Project: mail.project },
    list: mail.project,
    thread: mail.historyKey,
  });
  const references = [message.headers["References"], mail.answers].filter((id) => id !== undefined).join(" ");
  return { ...message, headers: { ...message.headers, "In-Reply-To": mail.answers, References: references } };
}

function leadOf(mail: CorrectionMail): string {
  const { was, is } = mail;
  if (was === is) return `The verdict stands: ${is}. The job was run again, because of what is known now.`;
  const begin = `You were told ${wordOf(mail)}, and it is ${is}.`;
  return was === "fail" ? `${begin} That alarm was not about your code; the grid takes it back.` : begin;
}

function wordOf({ was, is }: CorrectionMail): string {
  return was === "fail" && is !== "fail" ? "an alarm" : was;
}
