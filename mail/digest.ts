import { testTitle, type Variant } from "../domain/variant.js";
import type { AbortReason, JobState, Verdict } from "../domain/words.js";
import { headersOf, messageIdOf, type Message, oneLine, paragraphs, table } from "./message.js";

/** The jobs of a submission that are told together; none may be missing. Times are ISO. */
export interface DigestMail {
  submissionId: string;
  project: string;
  branch: string;
  revision: string;
  owner: string;
  submittedAt: string;
  /** Which digest of its submission it is, and for which of the readers who want the same of it. */
  number: number;
  share: number;
  lines: {
    jobId: string;
    test: string;
    variant: Variant;
    verdict: Verdict;
    abortReason: AbortReason | null;
    failureIdentifier: string | null;
    flaky: boolean;
    link: string;
  }[];
  open: { jobId: string; test: string; variant: Variant; state: JobState; held: string[]; link: string }[];
  /** Jobs that had a mail of their own. */
  alarmed: number;
  superseded: { submissionId: string; jobs: number }[];
  page: string;
}

/** A mail of more lines is refused, or cut, by too many programs. */
const linesInOne = 1_000;
const openShown = 200;
const order: readonly Verdict[] = ["fail", "abort", "pass"];

/** The digest, in as many mails as its lines need; each job is in exactly one of them. */
export function digestMails(digest: DigestMail): { mail: Message; jobIds: string[] }[] {
  const sorted = order.flatMap((verdict) => digest.lines.filter((line) => line.verdict === verdict));
  const parts = Math.ceil(sorted.length / linesInOne);
  return Array.from({ length: parts }, (_, index) => {
    const lines = sorted.slice(index * linesInOne, (index + 1) * linesInOne);
    return {
      mail: onePart({ ...digest, lines }, countsOf(digest), index + 1, parts),
      jobIds: lines.map(({ jobId }) => jobId),
    };
  });
}

function onePart(digest: DigestMail, counts: string, part: number, parts: number): Message {
  const { submissionId, project, branch, revision, owner, number, share, lines, open, alarmed, superseded } = digest;
  const whole = parts === 1 ? "" : ` (part ${part} of ${parts})`;
  return {
    messageId: messageIdOf("digest", [submissionId, number, share, part].join(".")),
    jobId: null,
    submissionId,
    subject: oneLine(`DIGEST ${counts} · ${project} @ ${revision.slice(0, 12)}${whole}`),
    body: paragraphs([
      `DIGEST: ${counts}${whole}`,
      open.length === 0
        ? "All jobs of this submission have ended."
        : "Some jobs of this submission have not ended yet; what becomes of them is told when they have.",
      table([
        ["Project", `${project} (${branch})`],
        ["Revision", revision],
        ["Owner", owner],
        ["Submitted", digest.submittedAt],
        ["Submission", submissionId],
        ["Page", digest.page],
        ...(alarmed === 0 ? [] : [["Told by themselves", `${alarmed} jobs, in mails of their own`] as const]),
        ...superseded.map(
          (older) =>
            ["Superseded", `${older.jobs} jobs of submission ${older.submissionId}, which had not run`] as const,
        ),
      ]),
      ...order.map((verdict) => {
        const some = lines.filter((line) => line.verdict === verdict);
        return some.length === 0 ? null : `${titles[verdict]}\n${some.map(lineText).join("\n")}`;
      }),
      part < parts || open.length === 0 ? null : `Not ended yet\n${openText(open)}`,
    ]),
    headers: headersOf({ Submission: submissionId, Digest: String(number), Project: project }),
  };
}

const titles: Record<Verdict, string> = { fail: "Failed", abort: "Ended without a result", pass: "Passed" };

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

function lineText({
  test,
  variant,
  verdict,
  abortReason,
  failureIdentifier,
  flaky,
  link,
}: DigestMail["lines"][number]): string {
  // Only what failed bears an identifier with that word in it.
  const why = verdict === "pass" ? null : [abortReason, failureIdentifier].filter((text) => text !== null).join(", ");
  return `  ${verdict.toUpperCase().padEnd(5)}  ${oneLine(testTitle(test, variant))}${why === null || why === "" ? "" : ` (${why})`}${flaky ? " [flaky]" : ""}\n         ${link}`;
}

function openText(open: DigestMail["open"]): string {
  const lines = open.slice(0, openShown).map(({ test, variant, state, held, link }) => {
    const reasons = held.map((reason) => `\n         held: ${oneLine(reason, 400)}`).join("");
    return `  ${state}  ${oneLine(testTitle(test, variant))}${reasons}\n         ${link}`;
  });
  const more = open.length - lines.length;
  return [...lines, ...(more === 0 ? [] : [`  and ${more} more`])].join("\n");
}
