import type { AttemptReport } from "../../../domain/verdict/attempt.js";
import type { AttemptDraft } from "../attempt/attempt-draft.js";
import type { LimitHit } from "./sandbox.js";

/** One of the attempt's own limits was exceeded. That is always the code's fault. */
export function limitExceeded(draft: AttemptDraft, limit: LimitHit, exitCode: number | null): AttemptReport {
  const report = draft.candidate(limit.failureIdentifier, exitCode, [limit.what]);
  return {
    ...report,
    evidence: [{ check: limit.what, result: "note", detail: limit.detail, at: new Date().toISOString() }],
  };
}
