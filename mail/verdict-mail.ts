import { formatDuration } from "../domain/duration.js";
import { type FailureIdentifier, helpOf } from "../domain/failures.js";
import type { EvidenceLine } from "../domain/verdict/attempt.js";
import { testTitle, type Variant } from "../domain/variant.js";
import type { AbortReason, Verdict } from "../domain/words.js";
import { block, headersOf, messageIdOf, type Message, oneLine, paragraphs, table } from "./message.js";

/** All that a verdict mail says; none may be missing. Times are ISO, spans in ms. */
export interface VerdictMail {
  jobId: string;
  submissionId: string;
  verdict: Verdict;
  abortReason: AbortReason | null;
  failureIdentifier: FailureIdentifier | null;
  flaky: boolean;
  test: string;
  variant: Variant;
  owner: string;
  project: string;
  branch: string;
  revision: string;
  submittedAt: string;
  finishedAt: string;
  attempts: { number: number; purpose: string; machine: string; outcome: string; tookMs: number }[];
  holds: { reason: string; since: string; heldMs: number }[];
  failing: string[];
  evidence: EvidenceLine[];
  logTail: string;
  components: Record<string, string>;
  history: Verdict[];
  links: { job: string; log: string; history: string | null };
}

const abortTexts: Record<AbortReason, string> = {
  "hold-expired": "The grid could not run this job in all the time that jobs are kept. Nothing is known of your code.",
  cancelled: "The job was cancelled.",
  superseded: "A newer submission took its place.",
  rejected: "The submission itself is wrong; nothing was run.",
  unsatisfiable:
    "No machine of this grid could ever run it; change its requirements, or ask the admins for such a machine.",
  undiagnosed:
    "The grid could not tell whether the code or its surroundings are to blame. You and the admins have all that is known.",
};

/** The one mail that tells how a job ended. Only mails on failures say the word. */
export function verdictMail(mail: VerdictMail): Message {
  const title = testTitle(mail.test, mail.variant);
  return {
    messageId: messageIdOf("verdict", mail.jobId),
    jobId: mail.jobId,
    submissionId: mail.submissionId,
    subject: oneLine(`${mail.verdict.toUpperCase()} ${title} · ${mail.project} @ ${mail.revision.slice(0, 12)}`),
    body: paragraphs([
      `${mail.verdict.toUpperCase()}: ${oneLine(title)}`,
      summary(mail),
      table([
        ["Project", `${mail.project} (${mail.branch})`],
        ["Revision", mail.revision],
        ["Owner", mail.owner],
        ["Submitted", mail.submittedAt],
        ["Finished", mail.finishedAt],
        ["Held", heldText(mail.holds)],
        ["Pass rate", passRate(mail)],
      ]),
      mail.verdict === "fail"
        ? `What failed\n${mail.failing.map((name) => `  - ${oneLine(name)}`).join("\n") || "  - the test as a whole"}`
        : null,
      `Evidence\n${mail.evidence.map((line) => `  - ${oneLine(`${line.check}: ${line.detail}`, 400)} (${line.result}, ${line.at})`).join("\n")}`,
      attemptsText(mail),
      mail.verdict === "fail"
        ? `End of the log\n${mail.logTail.trim() === "" ? "  (the test wrote nothing)" : block(mail.logTail, 30)}`
        : null,
      `Versions\n${table(Object.entries(mail.components)) || "  not known: no attempt was made"}`,
      `Links\n${table([
        ["Job", mail.links.job],
        ["Log", mail.links.log],
        ["Temporal history", mail.links.history ?? "this grid's Temporal UI has no known address"],
        ["Why", `holdfast why ${mail.jobId}`],
      ])}`,
    ]),
    headers: headersOf({
      Job: mail.jobId,
      Submission: mail.submissionId,
      Verdict: mail.verdict,
      Test: title,
      Project: mail.project,
    }),
  };
}

function summary(mail: VerdictMail): string {
  const help = mail.failureIdentifier === null ? "" : `\n${mail.failureIdentifier}: ${helpOf(mail.failureIdentifier)}`;
  switch (mail.verdict) {
    case "pass":
      return `The test ran and passed.${mail.flaky ? " It is flaky: see the evidence." : ""}`;
    case "fail":
      return `${mail.failureIdentifier === "code/build-failed" ? "The build failed" : "The test ran and failed"}, and nothing around it was broken: this is about your code.${help}`;
    case "abort":
      return `${mail.abortReason === null ? "The job ended without a result." : `${abortTexts[mail.abortReason]} (${mail.abortReason})`}${help}`;
  }
}

function heldText(holds: VerdictMail["holds"]): string {
  if (holds.length === 0) return "never";
  return holds.map(({ reason, since, heldMs }) => `${reason} for ${formatDuration(heldMs)} from ${since}`).join("; ");
}

function passRate({ history, verdict }: VerdictMail): string {
  const all = verdict === "abort" ? history : [...history, verdict];
  if (all.length === 0) return "no runs of this test yet";
  const passes = all.filter((one) => one === "pass").length;
  const marks = all.map((one) => (one === "pass" ? "+" : "-")).join("");
  return `${passes} of the last ${all.length} runs (${marks}, newest last)`;
}

function attemptsText({ attempts }: VerdictMail): string {
  if (attempts.length === 0) return "Attempts\n  none was made";
  return `Attempts\n${attempts.map(({ number, purpose, machine, outcome, tookMs }) => `  ${number}. ${purpose} on ${machine}: ${outcomeText(outcome)} after ${formatDuration(tookMs)}`).join("\n")}`;
}

/** What an attempt's outcome means, in words. */
function outcomeText(outcome: string): string {
  switch (outcome) {
    case "candidate":
      return "ran, did not pass";
    case "dirty":
      return "ran in unhealthy surroundings, proves nothing";
    case "infrastructure":
      return "stopped by infrastructure";
    default:
      return outcome;
  }
}
