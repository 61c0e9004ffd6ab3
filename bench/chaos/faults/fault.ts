import type { Lab } from "../lab.js";
import type { Habit } from "../plan.js";
import type { Random } from "../random.js";

/** A fault had no effect, so a run without harm would prove nothing. */
export class NotAppliedError extends Error {
  override name = "NotAppliedError";
}

/** Something that goes wrong around the tests. */
export interface Fault {
  name: string;
  needsRoot: boolean;
  /** The habit of the tests that it hits; null if it hits any test. */
  prone: Habit | null;
  /** Whether it strikes before jobs are submitted, or while they run. */
  strikes: "before" | "during";
  /** How often it strikes when it is the only fault. */
  times: number;
  through: "upload" | "git";
  /** Faults of the same lane never overlap in the random mix. */
  lane: "machines" | "world";
  /**
   * Causes the fault, checks that it has an effect, and repairs it. Returns how the effect was seen.
   * @param onEffect called as soon as the fault has an effect
   * @throws NotAppliedError
   */
  strike(lab: Lab, random: Random, onEffect: () => void): Promise<string>;
}

/** @throws NotAppliedError if no effect was seen */
export function assertEffect(seen: string | undefined, what: string): asserts seen is string {
  if (seen === undefined || seen === "") throw new NotAppliedError(`${what} was not felt`);
}
