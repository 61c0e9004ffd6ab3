import { parseQuantity } from "../requirements/quantity.js";
import { parseStoredRequirement } from "../requirements/requirement.js";

/** What an attempt may take of its machine, where the machine can hold it to that. */
export interface AttemptLimits {
  memoryBytes: number;
  /** What its source, home and temporary files may take together. */
  diskBytes: number;
  /** Processes and threads together. */
  processes: number;
}

/** Of `limits` in grid.yaml. */
export const defaultLimits = { memory: 2 * 2 ** 30, disk: 10 * 2 ** 30, processes: 4_096 };

/** The grid's limits, with the memory that the test declares: `machine:memory>=8GiB` asks for it and gives it. */
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
