import { formatCount } from "../domain/reports/downtime-wording.js";
import type { FailureIdentifier } from "../domain/failures/failures.js";
import { formatDuration } from "../domain/time/duration.js";
import type { FailureLine } from "../domain/mail/details/failure-line.js";
import { testTitle, type Variant } from "../domain/jobs/variant.js";
import type { AbortReason, JobState, Verdict } from "../domain/states.js";
import type { Fact, Item, Part } from "./mail-document.js";
import { type Message, messageOf } from "./message.js";
import { atMost, oneLine } from "./rendering/plain.js";
import { timeOf } from "../domain/time/time-text.js";

/** The jobs of a submission in one digest; none may be missing. Times are ISO. */
export interface DigestMail {
  from: string;
  submissionId: string;
  project: string;
  branch: string;
  revision: string;
  owner: string;
  submittedAt: string;
  /** The number of the digest, and of the group of readers who want the same lines. */
  number: number;
  share: number;
  lines: (LineFrame & (PassLine | FailLine | AbortLine))[];
  open: { jobId: string; test: string; variant: Variant; state: JobState; held: string[]; link: string }[];
  /** Jobs that had their own mail. */
  alarmed: number;
  superseded: { submissionId: string; jobs: number }[];
  page: string;
}

interface LineFrame {
  jobId: string;
  test: string;
  variant: Variant;
  link: string;
}

interface PassLine {
  verdict: "pass";
  flaky: boolean;
}

interface FailLine extends FailureLine {
  verdict: "fail";
  failureIdentifier: FailureIdentifier | null;
  notMyCode: string;
}

interface AbortLine {
  verdict: "abort";
  abortReason: AbortReason | null;
  failureIdentifier: FailureIdentifier | null;
  /** What held the job for the longest time; null if nothing did. */
  heldLongest: { reason: string; heldMs: number } | null;
}

type Line = DigestMail["lines"][number];

/** More lines would make a mail too large. */
const linesInOne = 250;
const openShown = 30;
const reasonsShown = 5;
const order: readonly Verdict[] = ["fail", "abort", "pass"];

/** The digest, in as many mails as its lines need; each job is in exactly one of them. */
export function digestMails(digest: DigestMail): { mail: Message; jobIds: string[] }[] {
  const sorted = order.flatMap((verdict) => digest.lines.filter((line) => line.verdict === verdict));
  const chunks = Array.from({ length: Math.ceil(sorted.length / linesInOne) }, (_, index) =>
    sorted.slice(index * linesInOne, (index + 1) * linesInOne),
  ).flatMap((lines) => divide(digest, lines));
  return chunks.map((lines, index) => ({
    mail: onePart(digest, lines, index + 1, chunks.length),
    jobIds: lines.map(({ jobId }) => jobId),
  }));
}

/** Splits lines that do not fit into one mail because their names are long. */
function divide(digest: DigestMail, lines: Line[]): Line[][] {
  const { body, html } = onePart(digest, lines, 999, 999);
  const isWhole = lines.every(({ link }) => body.includes(`${link}\n`) && html.includes(`"${link}"`));
  if (isWhole || lines.length === 1) return [lines];
  const half = Math.ceil(lines.length / 2);
  return [lines.slice(0, half), lines.slice(half)].flatMap((some) => divide(digest, some));
}

function onePart(digest: DigestMail, lines: readonly Line[], part: number, parts: number): Message {
  const { from, submissionId, project, revision, number, share, open } = digest;
  const counts = countsOf(digest);
  const whole = parts === 1 ? "" : ` (part ${part} of ${parts})`;
  const lead =
    open.length === 0
      ? "All jobs of this submission have ended."
      : "Some jobs of this submission have not ended yet. Their results follow when they end.";
  return messageOf({
    kind: "digest",
    id: [submissionId, number, share, part].join("."),
    from,
    jobId: null,
    submissionId,
    subject: `DIGEST ${counts}${whole} · ${oneLine(project, 60)} @ ${revision.slice(0, 12)}`,
    document: {
      tone: digest.lines.some(({ verdict }) => verdict === "fail") ? "bad" : open.length > 0 ? "held" : "good",
      badge: "DIGEST",
      title: `${counts}${whole}`,
      lead: [lead],
      parts: [
        ...order.flatMap((verdict) => linesPart(verdict, lines)),
        ...(part < parts || open.length === 0 ? [] : [openPart(open)]),
        { kind: "facts", title: "The submission", facts: factsOf(digest) },
      ],
    },
    about: { Submission: submissionId, Digest: String(number), Project: project },
    list: project,
    thread: null,
  });
}

function countsOf({ lines, open }: DigestMail): string {
  const counts = [
    ...order.map((verdict) => [lines.filter((line) => line.verdict === verdict).length, verdict] as const),
    [open.filter(({ held }) => held.length > 0).length, "held"] as const,
    [open.filter(({ held }) => held.length === 0).length, "open"] as const,
  ];
  return counts
    .filter(([count]) => count > 0)
    .map(([count, what]) => `${count} ${what}`)
    .join(", ");
}

const titles: Record<Verdict, string> = { fail: "Failed", abort: "Ended without a result", pass: "Passed" };
const tones = { fail: "bad", abort: "held", pass: "good" } as const;

function linesPart(verdict: Verdict, lines: readonly Line[]): Part[] {
  const items = lines.filter((line) => line.verdict === verdict).map(itemOf);
  return items.length === 0 ? [] : [{ kind: "items", title: titles[verdict], items, more: 0 }];
}

function itemOf(line: Line): Item {
  const { aside, detail, also } = saidOf(line);
  return {
    text: `${line.verdict.toUpperCase()} ${oneLine(testTitle(line.test, line.variant), 120)}`,
    tone: tones[line.verdict],
    aside: aside.filter((text) => text !== null).join(", "),
    detail,
    link: line.link,
    ...(also === undefined ? {} : { also }),
  };
}

function saidOf(line: Line): { aside: (string | null)[]; detail: string[]; also?: Item["also"] } {
  switch (line.verdict) {
    case "pass":
      return { aside: [line.flaky ? "flaky" : null], detail: [] };
    case "abort": {
      const { abortReason, failureIdentifier: identifier, heldLongest: hold } = line;
      return {
        aside: [abortReason, identifier],
        detail:
          hold === null ? [] : [`held longest by ${oneLine(hold.reason, 120)}, for ${formatDuration(hold.heldMs)}`],
      };
    }
    case "fail":
      return {
        aside: [line.failureIdentifier],
        detail: failureText(line),
        also: { text: "This was not my code", link: line.notMyCode },
      };
  }
}

function failureText({ failing, hasMore, message, machines }: FailureLine): string[] {
  const names = failing.length === 0 ? ["the test as a whole"] : failing.map((name) => oneLine(name, 120));
  return [
    `${names.join(", ")}${hasMore ? ", and more" : ""}`,
    ...(message === "" ? [] : [oneLine(message, 200)]),
    ...(machines.length === 0 ? [] : [`on ${oneLine(machines.join(", "), 200)}`]),
  ];
}

function openPart(open: DigestMail["open"]): Part {
  const { shown, more } = atMost(open, openShown);
  const items = shown.map(({ test, variant, state, held, link }): Item => ({
    text: `${state}: ${oneLine(testTitle(test, variant), 120)}`,
    tone: held.length > 0 ? "held" : "plain",
    detail: held.slice(0, reasonsShown).map((reason) => `held: ${oneLine(reason, 300)}`),
    link,
  }));
  return { kind: "items", title: "Not ended yet", items, more };
}

function factsOf({
  project,
  branch,
  revision,
  owner,
  submittedAt,
  submissionId,
  page,
  alarmed,
  superseded,
}: DigestMail): Fact[] {
  return [
    { name: "Project", value: `${project} (${branch})` },
    { name: "Revision", value: revision },
    { name: "Owner", value: owner },
    { name: "Submitted", value: timeOf(submittedAt) },
    ...(alarmed === 0 ? [] : [{ name: "Sent before", value: `${alarmed} jobs, in their own mails` }]),
    ...superseded.map((older) => ({
      name: "Superseded",
      value: `${formatCount(older.jobs, "job")} of submission ${older.submissionId} that had not run`,
    })),
    { name: "Submission", value: submissionId },
    { name: "Page", value: page, link: page },
  ];
}
