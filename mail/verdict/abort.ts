import { helpOf } from "../../domain/failures/failures.js";
import type { AbortReason } from "../../domain/states.js";
import type { Part } from "../mail-document.js";
import { calm } from "../rendering/plain.js";
import type { AbortData, VerdictFrame } from "./verdict-mail-data.js";
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

const reasons: Record<AbortReason, string> = {
  "hold-expired":
    "The grid could not run this job before its hold budget was used up. This says nothing about your code.",
  cancelled: "The job was cancelled.",
  superseded: "A newer submission replaced it.",
  rejected: "The submission itself is wrong. Nothing ran.",
  unsatisfiable: "No machine of this grid fits. Change the requirements, or ask the admins for such a machine.",
  skipped: "The test reported that it was skipped. This says nothing about your code.",
  undiagnosed:
    "The grid could not find out whether the code or its environment is to blame. You and the admins get everything that is known.",
};

export function abortLead({ abortReason, failureIdentifier }: AbortData): string[] {
  return [
    abortReason === null ? "The job ended without a result." : `${reasons[abortReason]} (${abortReason})`,
    ...(failureIdentifier === null ? [] : [calm(`${failureIdentifier}: ${helpOf(failureIdentifier)}`)]),
  ];
}

export function abortParts(mail: VerdictFrame & AbortData): MailParts {
  const signatures = signatureItems(mail.signatures);
  return {
    parts: [
      evidencePart(mail.evidence),
      ...(signatures.length === 0 ? [] : [signaturesPart(signatures)]),
      linksPart(mail, []),
    ],
    folded: [
      attemptsPart(mail),
      runsPart(mail, true),
      componentsPart(mail.components, ""),
      factsPart(mail),
      commandsPart(mail),
    ],
  };
}

function signaturesPart(items: Extract<Part, { kind: "items" }>["items"]): Part {
  return { kind: "items", title: "Known lines in the log", items, more: 0 };
}
