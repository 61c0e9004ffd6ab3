import type { FailureIdentifier } from "../../failures/failures.js";
import type { Outcome } from "../../states.js";
import { isComparison, type Attempt, type EvidenceLine, type Purpose } from "../attempt.js";

/** The part of an attempt that shows whether it ended with a claim, and whether a probe confirms it. */
export interface Claiming {
  purpose: Purpose;
  outcome: Outcome | null;
  failureIdentifier: FailureIdentifier | null;
  explained: boolean;
  claimBacked: boolean;
  endedAt: string;
  evidence: EvidenceLine[];
}

/**
 * Claims of "not my fault" that no probe confirms count as failures once there are too many (docs/verdict.md, section 1).
 * Such attempts are returned as candidates, with a line of evidence.
 * @param most this many claims are too many
 */
export function discountUnbackedClaims<Made extends Claiming>(attempts: readonly Made[], most: number): Made[] {
  const claims = attempts.filter(isUnbacked);
  if (claims.length < most) return [...attempts];
  const last = claims.at(-1);
  const words =
    last?.evidence.find(({ check }) => check === "the test")?.detail ?? "said that its environment is to blame";
  const detail = `the test ${words} (${claims.length} times in all); no probe agreed`;
  return attempts.map((attempt) => {
    if (!isUnbacked(attempt)) return attempt;
    const lines: EvidenceLine[] =
      attempt === last ? [{ check: "claim", result: "note", detail, at: last.endedAt }] : [];
    const weighed = { outcome: "candidate", failureIdentifier: "code/test-failed" } as const;
    return { ...attempt, ...weighed, isUnbackedClaim: true, evidence: [...lines, ...attempt.evidence] };
  });
}

/** A claim that counts as a failure, because no probe confirms it. */
export function isDiscountedClaim({ isUnbackedClaim }: Pick<Attempt, "isUnbackedClaim">): boolean {
  return isUnbackedClaim === true;
}

function isUnbacked({ purpose, failureIdentifier, claimBacked, explained }: Claiming): boolean {
  return !isComparison(purpose) && failureIdentifier === "infra/claimed-by-test" && !claimBacked && !explained;
}
