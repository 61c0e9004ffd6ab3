import { parseQuantity } from "../requirements/quantity.js";
import { parseStoredRequirement } from "../requirements/requirement.js";

/** The resources that an attempt may use, if its machine can enforce the limits. */
export interface AttemptLimits {
  memoryBytes: number;
  /** For its source, home and temporary files together. */
  diskBytes: number;
  /** Processes and threads together. */
  processes: number;
}

/** The defaults of `limits` in grid.yaml. */
export const defaultLimits = { memory: 2 * 2 ** 30, disk: 10 * 2 ** 30, processes: 4_096 };

/** The grid's limits, but with the memory that the test declares: `machine:memory>=8GiB` requires it and also allows it. */
export function limitsOf(requirements: readonly string[], grid: Partial<typeof defaultLimits>): AttemptLimits {
  const { memory, disk, processes } = { ...defaultLimits, ...grid };
  const declared = requirements.map(parseStoredRequirement).flatMap((requirement) => {
    if (requirement.kind !== "machine" || requirement.name !== "memory") return [];
    const bytes = [">=", ">", "="].includes(requirement.operator) ? parseQuantity(requirement.value) : undefined;
    return bytes === undefined ? [] : [bytes];
  });
  return {
    memoryBytes: declared.length === 0 ? memory : Math.max(...declared),
    diskBytes: disk,
    processes,
  };
}
