import { helpOf } from "../../domain/failures.js";
import type { AbortReason } from "../../domain/words.js";
import type { Part } from "../letter.js";
import { calm } from "../plain.js";
import type { AbortTold, VerdictFrame } from "./told.js";
import { attemptsPart, componentsPart, evidencePart, factsPart, linksPart, runsPart, signatureItems } from "./frame.js";

const reasons: Record<AbortReason, string> = {
  "hold-expired": "The grid could not run this job in all the time that jobs are kept. Nothing is known of your code.",
  cancelled: "The job was cancelled.",
  superseded: "A newer submission took its place.",
  rejected: "The submission itself is wrong; nothing was run.",
  unsatisfiable:
    "No machine of this grid could ever run it; change its requirements, or ask the admins for such a machine.",
  skipped: "The test reported that it was skipped, so it did not run. Nothing is known of your code.",
  undiagnosed:
    "The grid could not tell whether the code or its surroundings are to blame. You and the admins have all that is known.",
};

export function abortLead({ abortReason, failureIdentifier }: AbortTold): string[] {
  return [
    abortReason === null ? "The job ended without a result." : `${reasons[abortReason]} (${abortReason})`,
    ...(failureIdentifier === null ? [] : [calm(`${failureIdentifier}: ${helpOf(failureIdentifier)}`)]),
  ];
}

export function abortParts(mail: VerdictFrame & AbortTold): Part[] {
  const signatures = signatureItems(mail.signatures, true);
  return [
    factsPart(mail),
    evidencePart(mail.evidence),
    ...(signatures.length === 0 ? [] : [signaturesPart(signatures)]),
    attemptsPart(mail),
    runsPart(mail, true),
    componentsPart(mail.components, ""),
    linksPart(mail, []),
  ];
}

function signaturesPart(items: Extract<Part, { kind: "items" }>["items"]): Part {
  return { kind: "items", title: "Known in the log", items, more: 0 };
}
