import { assertNever } from "../states.js";
import type { Attempt, EvidenceLine, Purpose } from "./attempt.js";

/** One line on how an attempt ended. */
export function attemptLine(attempt: Attempt, result: EvidenceLine["result"]): EvidenceLine {
  return { check: `attempt ${attempt.number}`, result, detail: describe(attempt), at: attempt.endedAt };
}

export function note(attempt: Attempt, check: string, detail: string): EvidenceLine {
  return { check, result: "note", detail, at: attempt.endedAt };
}

function describe({ purpose, machine, outcome, failing }: Attempt): string {
  const what = describePurpose(purpose);
  const subject = what === null ? "" : `${what} `;
  if (outcome === "passed") return `${subject}passed on ${machine}`;
  if (outcome === "skipped") return `${subject}said on ${machine} that it did not run`;
  return `${subject}failed on ${machine}: ${failing.join(", ") || "no subtest named"}`;
}

/** What ran, if it was not the job itself. */
function describePurpose(purpose: Purpose): string | null {
  switch (purpose) {
    case "baseline":
      return "the source that last passed";
    case "control":
      return "the control";
    case "quiet":
      return "a quiet window";
    case "test":
    case "confirmation":
    case "recheck":
    case "isolation":
      return null;
    default:
      return assertNever(purpose);
  }
}
