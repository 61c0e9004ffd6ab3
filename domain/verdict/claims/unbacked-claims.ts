import { baselineOf } from "../comparison/baseline.js";
import type { AttemptHistory } from "../attempt-history.js";
import { isDiscountedClaim } from "./claims.js";
import type { Decision } from "../decision.js";
import { undiagnosedEnding } from "../retry-after-infrastructure.js";

/**
 * Corrects the decision about a test that blames its environment at each failure. No probe confirms that, but only a pass of the
 * last passing source can refute it. Without such a pass, it cannot be decided whose fault it is.
 */
export function withoutUnbackedClaims(decision: Decision, open: AttemptHistory): Decision {
  if (decision.kind !== "ending" || decision.verdict !== "fail") return decision;
  const failures = open.own.filter(({ outcome }) => outcome === "candidate");
  const others = failures.filter((failure) => !isDiscountedClaim(failure));
  // A claim does not confirm a failure.
  const isProved =
    others.length === failures.length || others.length > 1 || (!open.policy.proof.confirmation && others.length > 0);
  if (isProved || baselineOf(open).passes.length > 0) return decision;
  const detail =
    "the test says that its environment is to blame; no probe of this grid confirms that, and there is no earlier passing source to compare with";
  return undiagnosedEnding("unknown/claimed-by-test", failures, detail);
}
