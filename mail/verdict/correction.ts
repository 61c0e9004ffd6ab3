import { helpOf } from "../../domain/failures/failures.js";
import { timeOf } from "../../domain/time/time-text.js";
import { correctionText, outageText } from "../../domain/verdict/reverification/correction.js";
import { testTitle } from "../../domain/jobs/variant.js";
import type { Fact, Part } from "../mail-document.js";
import { type Message, messageOf } from "../message.js";
import { calm, oneLine } from "../rendering/plain.js";
import { failureParts } from "./fail.js";
import { commandsPart, evidencePart, type MailParts } from "./frame.js";
import type { VerdictMail } from "./verdict-mail-data.js";

/** An alarm that was verified again because of an outage that was recorded later (docs/verdict.md, section 6). ISO times. */
export interface CorrectionMail {
  /** The job of the alarm. */
  jobId: string;
  submissionId: string;
  /** The message id of the failure mail, which this one answers; null if it was not sent yet. */
  answers: string | null;
  toldAt: string;
  /** The outages that were recorded later. */
  outages: Parameters<typeof outageText>[0][];
  /** The verdict of the re-verification, with all data of its mail. */
  run: VerdictMail;
  /** The links of the job of the alarm. */
  links: { job: string; notMyCode: string };
}

const tones = { pass: "good", fail: "bad", abort: "held" } as const;

/** Answers the mail about a verdict. Only a mail about a failure uses the word "fail". */
export function correctionMail(mail: CorrectionMail): Message {
  const { run } = mail;
  const title = testTitle(run.test, run.variant);
  const message = messageOf({
    kind: "correction",
    id: run.jobId,
    from: run.from,
    jobId: null,
    submissionId: mail.submissionId,
    subject: `CORRECTION ${oneLine(title, 110)} · ${oneLine(run.project, 60)} @ ${run.revision.slice(0, 12)}: ${run.verdict}`,
    document: {
      tone: tones[run.verdict],
      badge: "CORRECTION",
      title,
      lead: leadOf(run),
      page: mail.links.job,
      ...partsOf(mail),
    },
    about: { Corrects: mail.jobId, Submission: mail.submissionId, Verdict: run.verdict, Project: run.project },
    list: run.project,
    thread: run.historyKey,
  });
  if (mail.answers === null) return message;
  const references = [message.headers["References"], mail.answers].filter((id) => id !== undefined).join(" ");
  return { ...message, headers: { ...message.headers, "In-Reply-To": mail.answers, References: references } };
}

function leadOf(run: VerdictMail): string[] {
  const aborted = run.verdict === "abort" && run.abortReason !== null ? ` (${run.abortReason})` : "";
  const identifier = run.verdict === "pass" ? null : run.failureIdentifier;
  const lead = [
    `${correctionText(run.verdict)}${aborted}`,
    ...(identifier === null ? [] : [`${identifier}: ${helpOf(identifier)}`]),
  ];
  return run.verdict === "fail" ? lead : lead.map(calm);
}

function partsOf(mail: CorrectionMail): MailParts {
  const { run, outages } = mail;
  const known = outages.map((outage) =>
    outageText({ ...outage, since: timeOf(outage.since), to: outage.to === null ? null : timeOf(outage.to) }),
  );
  const title = "What is known now";
  if (run.verdict === "fail") {
    const { parts, folded } = failureParts(run);
    return {
      parts: [{ kind: "prose", title, lines: known }, ...parts, alarmPart(mail, [notMyCode(mail)])],
      folded: [...folded, commandsPart(run, mail.jobId)],
    };
  }
  return {
    parts: [
      { kind: "prose", title, lines: known },
      evidencePart(run.evidence),
      alarmPart(mail, [
        { name: "Project", value: `${run.project} (${run.branch})` },
        { name: "Revision", value: run.revision },
      ]),
    ],
    folded: [commandsPart(run, mail.jobId)],
  };
}

/** The alarm and its new result. A re-verification is not verified again itself. */
function alarmPart({ jobId, toldAt, run, links }: CorrectionMail, more: readonly Fact[]): Part {
  return {
    kind: "facts",
    title: "The alarm",
    facts: [
      { name: "Sent before", value: `an alarm, ${timeOf(toldAt)}` },
      { name: "Job", value: jobId, link: links.job },
      { name: "Run again", value: `${run.jobId}: ${run.verdict}`, tone: tones[run.verdict], link: run.links.job },
      { name: "Its log", value: run.links.log, link: run.links.log },
      ...more,
    ],
  };
}

function notMyCode({ links }: CorrectionMail): Fact {
  return { name: "This was not my code", value: links.notMyCode, link: links.notMyCode };
}
