import { timeOf } from "../../domain/time/time-text.js";
import { formatDuration } from "../../domain/time/duration.js";
import { type ComponentVersion, isDifferent, versionText } from "../../domain/mail/details/component-changes.js";
import { markOf, rateOf } from "../../domain/mail/details/runs.js";
import type { EvidenceLine, Purpose } from "../../domain/verdict/attempt.js";
import type { SignatureFound } from "../../domain/failures/signature.js";
import { outcomeTexts } from "../../domain/verdict/outcome-text.js";
import type { Fact, Item, MailDocument, Part } from "../mail-document.js";
import { atMost, oneLine } from "../rendering/plain.js";
import type { MailedAttempt, VerdictFrame } from "./verdict-mail-data.js";

/**
 * The common parts of mails about verdicts. Evidence and reasons are quoted verbatim. With `isCalm`, our own sentences avoid
 * the word "fail".
 */

/** The parts of a mail: shown, and folded. */
export type MailParts = Required<Pick<MailDocument, "parts" | "folded">>;

const shown = { holds: 10, evidence: 300, attempts: 20, components: 30, signatures: 8 } as const;

export function factsPart(mail: VerdictFrame): Part {
  return {
    kind: "facts",
    title: "The job",
    facts: [
      { name: "Project", value: `${mail.project} (${mail.branch})` },
      { name: "Revision", value: mail.revision },
      { name: "Owner", value: mail.owner },
      { name: "Submitted", value: timeOf(mail.submittedAt) },
      { name: "Finished", value: `${timeOf(mail.finishedAt)}, ${spanOf(mail.submittedAt, mail.finishedAt)} later` },
      { name: "Held", value: heldText(mail) },
      ...(mail.waived.length === 0 ? [] : [{ name: "Waived", value: waivedText(mail) }]),
    ],
  };
}

function spanOf(from: string, to: string): string {
  return formatDuration(Math.max(0, Date.parse(to) - Date.parse(from)));
}

function heldText({ holds, heldMs }: VerdictFrame): string {
  if (holds.length === 0) return "never";
  const { shown: told, more } = atMost(holds, shown.holds);
  const each = told
    .map(({ reason, heldMs: ms, since }) => `${oneLine(reason, 60)} for ${formatDuration(ms)} since ${timeOf(since)}`)
    .join("; ");
  return `${formatDuration(heldMs)} in all: ${each}${more === 0 ? "" : `; and ${more} more`}`;
}

function waivedText({ waived }: VerdictFrame): string {
  return waived.map(({ requirement, reason }) => `${requirement} (${oneLine(reason, 200)})`).join(", ");
}

/** How often this test passed recently, with a mark for each run. */
export function runsPart({ runs }: VerdictFrame, isCalm: boolean): Part {
  const { runs: count, passed, flaky, failureRate } = rateOf(runs);
  const rate = isCalm || failureRate === null ? "" : `, failure rate ${Math.round(failureRate * 100)} %`;
  const also = flaky === 0 ? "" : `, ${flaky} of them flaky`;
  return {
    kind: "marks",
    title: "Pass rate",
    lead: count === 0 ? "this test has no verdict yet" : `${passed} of the last ${count} runs passed${also}${rate}`,
    legend: "+ passed, ~ flaky, - did not pass; newest last; without attempts that infrastructure stopped",
    marks: runs.map((run) => ({
      sign: markOf(run),
      says: `${run.revision.slice(0, 12)}, ${timeOf(run.submittedAt)}`,
    })),
  };
}

const evidenceTones = { good: "good", bad: "bad", unknown: "held", note: "plain" } as const;

/** The verdict's evidence, the same lines as on the page. @param lead one line that summarizes it */
export function evidencePart(evidence: readonly EvidenceLine[], lead?: string): Part {
  const { shown: lines, more } = atMost(evidence, shown.evidence);
  return {
    kind: "items",
    title: "Evidence",
    ...(lead === undefined ? (lines.length === 0 ? { lead: "none: nothing ran" } : {}) : { lead }),
    more,
    items: lines.map(({ check, result, detail, at }) => ({
      text: `${check}: ${detail}`,
      tone: evidenceTones[result],
      aside: `${result}, ${timeOf(at)}`,
    })),
  };
}

const purposeWords: Record<Purpose, string> = {
  test: "the test",
  confirmation: "the test again, to confirm the result",
  recheck: "the test again, to see how often it passes",
  isolation: "the test alone, to see whether it breaks its environment",
  baseline: "the last passing revision, for comparison",
  control: "a test that is known to be good, for comparison",
  quiet: "a time without jobs that use the service, for comparison",
};

const outcomeTones = {
  passed: "good",
  candidate: "bad",
  dirty: "held",
  infrastructure: "held",
  user: "bad",
  skipped: "held",
} as const;

export function attemptsPart({ attempts }: VerdictFrame): Part {
  const { shown: told, more } = atMost(attempts, shown.attempts);
  return {
    kind: "items",
    title: "Attempts",
    ...(told.length === 0 ? { lead: "none" } : {}),
    more,
    items: told.map((attempt) => ({
      text: `${attempt.number}. ${purposeWords[attempt.purpose]}, on ${oneLine(attempt.machine, 80)}: ${outcomeWords(attempt)}`,
      tone: attempt.outcome === null ? "held" : outcomeTones[attempt.outcome],
      aside: `after ${formatDuration(attempt.tookMs)}`,
    })),
  };
}

function outcomeWords({ outcome, purpose }: MailedAttempt): string {
  if (outcome === null) return "stopped";
  return outcome === "passed" && purpose === "quiet" ? "quiet" : outcomeTexts[outcome];
}

/** Versions of all components; those that differ from the last pass come first. */
export function componentsPart(components: readonly ComponentVersion[], compared: string): Part {
  const { shown: told, more } = atMost(components, shown.components);
  const facts = told.map(versionFact);
  return {
    kind: "facts",
    title: `Versions${compared === "" ? "" : ` · ${compared}`}`,
    facts: [
      ...(facts.length === 0 ? [{ name: "Components", value: "not known: no attempt got that far" }] : facts),
      ...(more === 0 ? [] : [{ name: "and more", value: `${more} are on the job's page` }]),
    ],
  };
}

function versionFact(component: ComponentVersion): Fact {
  return {
    name: component.name,
    value: versionText(component),
    ...(isDifferent(component) ? { tone: "held" as const } : {}),
  };
}

export function linksPart({ links }: VerdictFrame, more: readonly Fact[]): Part {
  const history: Fact =
    "is" in links.history
      ? { name: "Temporal history", value: links.history.is, link: links.history.is }
      : { name: "Temporal history", value: `not known: ${links.history.notKnown}` };
  return {
    kind: "facts",
    title: "Links",
    facts: [
      { name: "Job", value: links.job, link: links.job },
      { name: "Log", value: links.log, link: links.log },
      history,
      ...more,
    ],
  };
}

/** Commands for people who use the command line. */
export function commandsPart({ jobId }: Pick<VerdictFrame, "jobId">, rerunOf = jobId): Part {
  return {
    kind: "commands",
    title: "Commands",
    lead: "These show the reason, and run the job again. The job's page can do both.",
    commands: [`holdfast why ${jobId}`, `holdfast rerun ${rerunOf}`],
  };
}

/** The labels of known lines in the log. They did not influence the verdict. */
export function signatureItems(found: readonly SignatureFound[]): Item[] {
  return found.slice(0, shown.signatures).map(({ label, line, lineNumber, attempt, help, link }) => ({
    text: label,
    tone: "held",
    aside: `line ${lineNumber} of attempt ${attempt}'s log`,
    detail: [line, ...(help === null ? [] : [help]), ...(link === null ? [] : [link])],
  }));
}
