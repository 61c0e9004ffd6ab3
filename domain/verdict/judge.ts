import type { Attempt } from "./attempt.js";
import { blameOf } from "../failures/failures.js";
import { partitionAttempts } from "./attempt-history.js";
import { discountUnbackedClaims } from "./claims/claims.js";
import { judgeRuns } from "./comparison/confirmation.js";
import type { Decision, Ending } from "./decision.js";
import { completePolicy, type VerdictPolicy } from "./policy.js";
import { afterStartingOver, retryLater, asItIs, undiagnosed } from "./retry-after-infrastructure.js";
import { failedInNoise } from "./environment/noise.js";
import { judgeSkip } from "./claims/skip.js";
import { tryAlone } from "./comparison/isolation-trial.js";
import { withoutUnbackedClaims } from "./claims/unbacked-claims.js";

/**
 * Decides what follows from all attempts of a job so far (docs/verdict.md): its own, and those of comparison runs.
 * Pure and total: the same attempts give the same decision, and every decision ends the job or asks for one more attempt.
 * @param attempts at least one of the job itself, the latest last
 */
export function judge(attempts: readonly Attempt[], given: VerdictPolicy): Decision {
  const policy = completePolicy(given);
  const open = partitionAttempts(discountUnbackedClaims(attempts, policy.claims), policy);
  const last = open.own.at(-1);
  if (last === undefined) {
    if (open.fresh.because === null) throw new RangeError("judge needs at least one attempt of the job itself");
    return afterStartingOver(open, open.fresh.because);
  }
  if (policy.proof.once && last.outcome !== "passed") return asItIs(last);
  switch (last.outcome) {
    case "skipped":
      return judgeSkip(open, last);
    case "user":
      return rejected(last);
    case "passed":
    case "candidate":
      return withoutUnbackedClaims(judgeRuns(open), open);
    case "dirty":
    case "infrastructure":
      return failedInNoise(open) ?? undiagnosed(open) ?? tryAlone(open) ?? retryLater(open);
  }
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
