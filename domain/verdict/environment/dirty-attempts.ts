import type { AttemptReport } from "../attempt.js";

/**
 * The outcome of an attempt after its environment was checked. A failure or a skip in an unhealthy environment proves nothing:
 * the attempt is dirty (docs/verdict.md, section 2). A pass counts in any environment, except the pass of a control.
 */
export function outcomeIn(
  isClean: boolean,
  { outcome, failureIdentifier }: Pick<AttemptReport, "outcome" | "failureIdentifier">,
  isControl = false,
): Pick<AttemptReport, "outcome" | "failureIdentifier"> {
  const needsProof = outcome === "candidate" || outcome === "skipped" || (isControl && outcome === "passed");
  if (isClean || !needsProof) return { outcome, failureIdentifier };
  return { outcome: "dirty", failureIdentifier: "infra/surroundings-unhealthy" };
}
