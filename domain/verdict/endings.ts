import { type FailureIdentifier, helpOf } from "../failures/failures.js";
import type { AbortReason, Blame } from "../states.js";
import type { Ending } from "./decision.js";
import type { EvidenceLine } from "./attempt.js";

/** Ends a job without a run that decided it. */
function abort(
  abortReason: AbortReason,
  blame: Blame,
  failureIdentifier: FailureIdentifier | null,
  evidence: EvidenceLine[],
): Ending {
  return { kind: "ending", verdict: "abort", abortReason, blame, failureIdentifier, flaky: false, evidence };
}

export function cancelled(by: string, at: string): Ending {
  return abort("cancelled", "user", null, [{ check: "cancelled", result: "note", detail: `by ${by}`, at }]);
}

export function superseded(submissionId: string, at: string): Ending {
  return abort("superseded", "user", null, [
    { check: "superseded", result: "note", detail: `by submission ${submissionId}, before it had run`, at },
  ]);
}

export function holdExpired(at: string): Ending {
  return abort("hold-expired", "infrastructure", null, [
    { check: "hold budget", result: "note", detail: "used up before the job had a result", at },
  ]);
}

export function unsatisfiable(at: string): Ending {
  return abort("unsatisfiable", "user", "user/unsatisfiable", [
    { check: "machines", result: "bad", detail: helpOf("user/unsatisfiable"), at },
  ]);
}

export function rejected(failureIdentifier: FailureIdentifier, detail: string, at: string): Ending {
  return abort("rejected", "user", failureIdentifier, [{ check: "submission", result: "bad", detail, at }]);
}
