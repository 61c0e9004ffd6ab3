import type { Lab } from "../lab.js";
import type { Habit } from "../plan.js";
import type { Random } from "../random.js";

/** A fault was not felt, so that a run without harm would prove nothing. */
export class NotAppliedError extends Error {
  override name = "NotAppliedError";
}

/** Something that goes wrong around the tests. */
export interface Fault {
  name: string;
  needsRoot: boolean;
  /** The habit of tests that it hits; null where it hits any. */
  prone: Habit | null;
  /** Whether it strikes before jobs are submitted, or while they run. */
  strikes: "before" | "during";
  /** How often it strikes where it comes alone. */
  times: number;
  through: "upload" | "git";
  /** What may go wrong beside it in the random mix: faults of one lane never overlap. */
  lane: "machines" | "world";
  /**
   * Makes it go wrong, makes sure that it did, and mends it. Returns how that was seen.
   * @param felt called as soon as it is felt
   * @throws NotAppliedError
   */
  strike(lab: Lab, random: Random, felt: () => void): Promise<string>;
}

/** @throws NotAppliedError unless what was seen is there */
export function assertFelt(seen: string | undefined, what: string): asserts seen is string {
  if (seen === undefined || seen === "") throw new NotAppliedError(`${what} was not felt`);
}
