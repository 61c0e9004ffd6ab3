import type { GridConfig, ServiceConfig } from "../domain/files/grid-file.js";
import type { CountingPolicy, FlappingPolicy } from "../domain/health.js";
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

export function flappingPolicy({ flapping }: GridConfig): FlappingPolicy {
  return {
    count: flapping.count,
    withinMs: flapping.within,
    settleMs: flapping.settle,
    settleMaxMs: flapping["settle-max"],
  };
}

/** How the probes of one service are counted. */
export function countingPolicy({ down, up, severity }: ServiceConfig, flapping: FlappingPolicy): CountingPolicy {
  return { down, up, severity, flapping };
}
