import { type FailureIdentifier, helpOf } from "../domain/failures.js";
import type { EvidenceLine } from "../domain/verdict/attempt.js";
import { correctionText } from "../domain/verdict/correction.js";
import { testTitle, type Variant } from "../domain/variant.js";
import type { AbortReason, Verdict } from "../domain/words.js";
import type { Fact, Part } from "./letter.js";
import { type Message, messageOf } from "./message.js";
import { atMost, calm, oneLine } from "./plain.js";
import { timeOf } from "../domain/time-text.js";
import { evidencePart } from "./verdict/frame.js";

/** An alarm that was run again, because of what was recorded after it (VERDICT.md, section 6, late truth). ISO times. */
export interface CorrectionMail {
  from: string;
  /** The job that alarmed, and the one that ran it again. */
  jobId: string;
  run: string;
  submissionId: string;
  /** The message id of the mail that told it, which this one answers; null where that is still to come. */
  answers: string | null;
  toldAt: string;
  test: string;
  variant: Variant;
  project: string;
  branch: string;
  revision: string;
  historyKey: string;
  /** What it came to when it was run again. */
  is: Verdict;
  abortReason: AbortReason | null;
  failureIdentifier: FailureIdentifier | null;
  failing: string[];
  /** What is known now that was not then, such as an outage that was recorded later. */
  why: string[];
  evidence: EvidenceLine[];
  links: { job: string; run: string; log: string; notMyCode: string };
}

const tones = { pass: "good", fail: "bad", abort: "held" } as const;
const failingShown = 12;

/** Answers the mail on a verdict. Only one that tells of a failure says the word: what it takes back was an alarm. */
export function correctionMail(mail: CorrectionMail): Message {
  const title = testTitle(mail.test, mail.variant);
  const isCalm = mail.is !== "fail";
  const message = messageOf({
    kind: "correction",
    id: mail.run,
    from: mail.from,
    jobId: null,
    submissionId: mail.submissionId,
    subject: `CORRECTION ${oneLine(title, 110)} · ${oneLine(mail.project, 60)} @ ${mail.revision.slice(0, 12)}: ${mail.is}`,
    letter: {
      tone: tones[mail.is],
      badge: "CORRECTION",
      title,
      lead: [
        `${correctionText(mail.is)}${mail.abortReason === null ? "" : ` (${mail.abortReason})`}`,
        ...(mail.failureIdentifier === null ? [] : [`${mail.failureIdentifier}: ${helpOf(mail.failureIdentifier)}`]),
      ].map((text) => (isCalm ? calm(text) : text)),
      parts: [
        { kind: "prose", title: "What is known now", lines: isCalm ? mail.why.map(calm) : mail.why },
        ...(isCalm ? [] : [failingPart(mail.failing)]),
        evidencePart(mail.evidence, isCalm),
        {
          kind: "facts",
          title: "The job",
          facts: [
            { name: "Told before", value: `an alarm, ${timeOf(mail.toldAt)}` },
            { name: "Run again", value: mail.is, tone: tones[mail.is], link: mail.links.run },
            { name: "Project", value: `${mail.project} (${mail.branch})` },
            { name: "Revision", value: mail.revision },
            { name: "Job", value: mail.jobId, link: mail.links.job },
            { name: "Log", value: mail.links.log, link: mail.links.log },
            ...(isCalm ? [] : [notMyCode(mail)]),
          ],
        },
      ],
    },
    about: { Corrects: mail.jobId, Submission: mail.submissionId, Verdict: mail.is, Project: mail.project },
    list: mail.project,
    thread: mail.historyKey,
  });
  if (mail.answers === null) return message;
  const references = [message.headers["References"], mail.answers].filter((id) => id !== undefined).join(" ");
  return { ...message, headers: { ...message.headers, "In-Reply-To": mail.answers, References: references } };
}

function failingPart(failing: readonly string[]): Part {
  const { shown, more } = atMost(failing, failingShown);
  const items = shown.map((name) => ({ text: oneLine(name, 300), tone: "bad" as const }));
  const whole = { text: "the test as a whole", tone: "bad" as const };
  return { kind: "items", title: "What failed", items: items.length === 0 ? [whole] : items, more };
}

function notMyCode({ links }: CorrectionMail): Fact {
  return { name: "This was not my code", value: links.notMyCode, link: links.notMyCode };
}
