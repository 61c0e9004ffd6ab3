import type { CountingPolicy, FlappingPolicy } from "../health/health.js";
import type { GridConfig, ServiceConfig } from "./grid-file.js";

/** When a service counts as flapping, from grid.yaml. */
export function flappingPolicy({ hold: { flapping } }: Pick<GridConfig, "hold">): FlappingPolicy {
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
