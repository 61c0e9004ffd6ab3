import { helpOf } from "../../domain/failures/failures.js";
import { changeLines, comparedText } from "../../domain/mail/details/changes.js";
import type { Fact, Item, Part } from "../mail-document.js";
import { atMost, oneLine } from "../rendering/plain.js";
import type { FailData, VerdictFrame } from "./verdict-mail-data.js";
import {
  attemptsPart,
  commandsPart,
  componentsPart,
  evidencePart,
  factsPart,
  linksPart,
  type MailParts,
  runsPart,
  signatureItems,
} from "./frame.js";

const failingShown = 6;
const messageLines = 3;
const lineCharacters = 200;

export function failLead(mail: VerdictFrame & FailData): string[] {
  return [`${whatHappened(mail)}: this is about your code.`];
}

function whatHappened({ failureIdentifier, failing, evidence, isUseKnown }: VerdictFrame & FailData): string {
  const detailOf = (check: string) => evidence.find((line) => line.check === check)?.detail;
  const claim = detailOf("claim");
  if (claim !== undefined)
    return `The test blames its environment, but nothing that this grid watches agrees (${oneLine(claim, 400)}), and the last passing source passes now`;
  if (detailOf("noise") !== undefined)
    return "The test failed in each run, while the last passing source passed at the same time, although the environment was never healthy (see the evidence)";
  const where = isUseKnown ? "in a healthy environment" : "while what it requires was healthy";
  switch (failureIdentifier) {
    case "code/build-failed":
      return `The build failed ${where}`;
    case "code/intermittent":
      return `The test fails in some of its runs, ${where}`;
    case "code/breaks-surroundings":
      return "The test breaks its environment: the environment broke when the test ran alone, and was healthy without it";
    case "code/no-result":
      return `No test ran, or its report is incomplete (${oneLine(failing.map(({ name }) => name).join(", "), 200) || "no result"}), ${where}`;
    case "code/timeout":
      return `The test exceeded its time limit ${where}`;
    case "code/memory-limit":
    case "code/disk-limit":
    case "code/process-limit":
      return `The test exceeded its limit of memory, disk or processes ${where}`;
    default:
      return `The test ran and failed ${where}`;
  }
}

export function failParts(mail: VerdictFrame & FailData): MailParts {
  const { parts, folded } = failureParts(mail);
  return {
    parts: [...parts, linksPart(mail, [{ name: "This was not my code", value: mail.notMyCode, link: mail.notMyCode }])],
    folded: [...folded, commandsPart(mail)],
  };
}

/** Shows what failed, the decisive lines of the log, and what changed. Folded: the proof, and how to reproduce the failure. */
export function failureParts(mail: VerdictFrame & FailData): MailParts {
  const signatures = signatureItems(mail.signatures);
  return {
    parts: [
      failingPart(mail),
      {
        kind: "excerpt",
        title: `The log · ${mail.log.why}`,
        excerpt: mail.log,
        empty: "the test wrote nothing",
      },
      ...(signatures.length === 0 ? [] : [signaturesPart(signatures)]),
      ...(mail.hints.length === 0 ? [] : [{ kind: "prose" as const, title: "Hints", lines: [...mail.hints] }]),
      changesPart(mail),
      runsPart(mail, false),
    ],
    folded: [
      evidencePart(mail.evidence, mail.proof),
      {
        kind: "commands",
        title: "How to reproduce",
        lead: "As the grid ran it, in an empty folder:",
        commands: mail.reproduction,
      },
      componentsPart(mail.components, comparedText(mail.comparedWith)),
      attemptsPart(mail),
      factsPart(mail),
    ],
  };
}

/** This part is short, so that the log begins on the first screen. */
function failingPart({ failing, failureIdentifier }: FailData): Part {
  const { shown, more } = atMost(failing, failingShown);
  const items = shown.map(({ name, message }): Item => ({
    text: oneLine(name, 300),
    tone: "bad",
    detail: message
      .split("\n")
      .filter((line) => line.trim() !== "")
      .slice(0, messageLines)
      .map((line) => line.slice(0, lineCharacters)),
  }));
  return {
    kind: "items",
    title: "What failed",
    lead: `${failureIdentifier}: ${helpOf(failureIdentifier)}`,
    items: items.length === 0 ? [{ text: "the test as a whole", tone: "bad" }] : items,
    more,
  };
}

function signaturesPart(items: Item[]): Part {
  return { kind: "items", title: "Known lines in the log · only a hint", items, more: 0 };
}

/** Shows since when the test fails, what was submitted in between, and which versions changed. */
function changesPart(mail: VerdictFrame & FailData): Part {
  const facts = changeLines(mail).map(({ name, value, isNotable }): Fact => ({
    name,
    value,
    ...(isNotable ? { tone: "held" as const } : {}),
  }));
  return { kind: "facts", title: "What changed", facts };
}
