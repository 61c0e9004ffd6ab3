import type { UseComparison } from "../../requirements/service-use.js";
import type { EvidenceLine } from "../../verdict/attempt.js";
import { usedServiceCheck } from "../../verdict/checks.js";

/** Says which services a failing test used although the grid did not know that the test needs them. */
export function usedServicesHints(use: UseComparison | null, evidence: readonly EvidenceLine[]): string[] {
  if (use === null) return [];
  const hints = use.notRequired.map((service) => {
    const seen = evidence.filter(({ check }) => check === usedServiceCheck(service)).map(({ detail }) => detail);
    const health =
      seen.length === 0 ? "This grid does not watch it." : `Its health then: ${[...new Set(seen)].join("; ")}.`;
    return `The test connected to service ${service}. It does not declare it, and Holdfast found no such call in its code. ${health}`;
  });
  if (use.suggestion !== null)
    hints.push(`With this line in holdfast.yaml the test waits for what it uses: ${use.suggestion}`);
  if (use.others.length > 0)
    hints.push(`The test connected to addresses that this grid does not watch: ${use.others.join(", ")}.`);
  return hints;
}
