import type { GridConfig } from "../domain/files/grid-file.js";
import type { VerdictPolicy } from "../domain/verdict/policy.js";

/** The verdict's counts and times as grid.yaml scales them. */
export function verdictPolicy({ verdict }: GridConfig): VerdictPolicy {
  return {
    backOffMs: verdict["back-off"],
    backOffMaxMs: verdict["back-off-max"],
    claims: verdict.claims,
    dirtyAttempts: verdict["dirty-attempts"],
    dirtyMs: verdict["dirty-time"],
    machinesLost: verdict["machines-lost"],
    recheckRuns: verdict["recheck-runs"],
  };
}
