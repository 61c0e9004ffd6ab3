import { calm } from "../rendering/plain.js";
import { conflictCheck } from "../../domain/verdict/checks.js";
import type { PassData, VerdictFrame } from "./verdict-mail-data.js";
import {
  attemptsPart,
  commandsPart,
  componentsPart,
  evidencePart,
  factsPart,
  linksPart,
  type MailParts,
  runsPart,
} from "./frame.js";

export function passLead({ flaky, slow, runs, evidence }: VerdictFrame & PassData): string[] {
  const earlier = runs.at(-2);
  return [
    slow
      ? "The test passed, but slowly: it exceeded its time limit and passed with twice the limit."
      : "The test ran and passed.",
    ...evidence.filter(({ check }) => check === conflictCheck).map(({ detail }) => calm(`It ${detail}.`)),
    ...(flaky ? ["It is flaky: it did not pass in each of its attempts, on a healthy grid. See the evidence."] : []),
    ...(earlier?.verdict === "fail" ? ["It did not pass last time."] : []),
  ];
}

export function passParts(mail: VerdictFrame & PassData): MailParts {
  return {
    parts: [runsPart(mail, true), evidencePart(mail.evidence), linksPart(mail, [])],
    folded: [attemptsPart(mail), componentsPart(mail.components, ""), factsPart(mail), commandsPart(mail)],
  };
}
