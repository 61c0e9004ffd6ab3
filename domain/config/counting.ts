import type { CountingPolicy, FlappingPolicy } from "../health/health.js";
import type { GridConfig, ServiceConfig } from "./grid-file.js";

/** The rule in grid.yaml for when a service counts as flapping. */
export function flappingPolicy({ hold: { flapping } }: Pick<GridConfig, "hold">): FlappingPolicy {
  return {
    count: flapping.count,
    withinMs: flapping.within,
    settleMs: flapping.settle,
    settleMaxMs: flapping["settle-max"],
  };
}

/** The rule for counting the probes of one service. */
export function countingPolicy({ down, up, severity }: ServiceConfig, flapping: FlappingPolicy): CountingPolicy {
  return { down, up, severity, flapping };
}
