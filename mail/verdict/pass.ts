import { conflictCheck } from "../../domain/verdict/checks.js";
import type { Part } from "../mail-document.js";
import type { PassData, VerdictFrame } from "./verdict-mail-data.js";
import { attemptsPart, componentsPart, evidencePart, factsPart, linksPart, runsPart } from "./frame.js";

export function passLead({ flaky, slow, runs, evidence }: VerdictFrame & PassData): string[] {
  const earlier = runs.at(-2);
  return [
    slow
      ? "The test passed, but slowly: it exceeded its time limit and passed with twice the limit."
      : "The test ran and passed.",
    ...evidence.filter(({ check }) => check === conflictCheck).map(({ detail }) => `It ${detail}.`),
    ...(flaky ? ["It is flaky: it did not pass in each of its attempts, on a healthy grid. See the evidence."] : []),
    ...(earlier?.verdict === "fail" ? ["It did not pass last time."] : []),
  ];
}

export function passParts(mail: VerdictFrame & PassData): Part[] {
  return [
    factsPart(mail),
    runsPart(mail, true),
    evidencePart(mail.evidence),
    attemptsPart(mail),
    componentsPart(mail.components, ""),
    linksPart(mail, []),
  ];
}
