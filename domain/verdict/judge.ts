import type { Attempt } from "./attempt.js";
import { blameOf } from "../failures.js";
import { judgeRuns } from "./confirmation.js";
import type { Decision, Ending } from "./decision.js";
import type { VerdictPolicy } from "./policy.js";
import { afterTrouble, undiagnosed } from "./trouble.js";

/**
 * Decides what follows from all attempts of a job so far (VERDICT.md).
 * Pure and total: the same attempts give the same decision, and every decision ends the job or asks for one more attempt.
 * @param attempts at least one, the latest last
 */
export function judge(attempts: readonly Attempt[], policy: VerdictPolicy): Decision {
  const weighed = weighClaims(attempts, policy);
  const last = weighed.at(-1);
  if (last === undefined) throw new RangeError("judge needs at least one attempt");
  switch (last.outcome) {
    case "user":
      return rejected(last);
    case "passed":
    case "candidate":
      return judgeRuns(weighed, policy);
    case "dirty":
    case "infrastructure":
      return undiagnosed(weighed, policy) ?? afterTrouble(weighed, policy);
  }
}

/** Claims of "not my fault" that no probe backs count as failures once there are too many (section 1). */
function weighClaims(attempts: readonly Attempt[], policy: VerdictPolicy): Attempt[] {
  const isUnbacked = (attempt: Attempt) =>
    attempt.failureIdentifier === "infra/claimed-by-test" && !attempt.claimBacked && !attempt.explained;
  if (attempts.filter(isUnbacked).length < policy.claims) return [...attempts];
  return attempts.map((attempt) =>
    isUnbacked(attempt) ? { ...attempt, outcome: "candidate", failureIdentifier: "code/test-failed" } : attempt,
  );
}

function rejected(attempt: Attempt): Ending {
  const failureIdentifier = attempt.failureIdentifier;
  return {
    kind: "ending",
    verdict: "abort",
    abortReason: "rejected",
    blame: failureIdentifier === null ? "user" : blameOf(failureIdentifier),
    failureIdentifier,
    flaky: false,
    evidence: attempt.evidence,
  };
}
