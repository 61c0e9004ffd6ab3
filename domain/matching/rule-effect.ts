import { matchesPattern } from "../requirements/pattern.js";
import { type Exclusion, machinesUnder } from "./exclusion.js";
import type { MachineView } from "./grid-view.js";

/** What an exclusion does on a grid now. */
export interface RuleEffect {
  /** The machines that it matches. */
  machines: string[];
  /** The tests that it matches, of those that ran or wait here. */
  tests: string[];
  /** Why the rule has no effect any more; null if it has one. */
  stale: string | null;
}

/** @param tests the names of all tests that ran or wait @param now ISO */
export function effectOf(
  rule: Exclusion,
  machines: readonly Pick<MachineView, "name" | "facts">[],
  tests: readonly string[],
  now: string,
): RuleEffect {
  const found = {
    machines: machinesUnder(rule, machines, now),
    tests: tests.filter((test) => matchesPattern(test, rule.tests ?? "*")),
  };
  return { ...found, stale: staleness(rule, found, now) };
}

function staleness({ until }: Exclusion, found: Omit<RuleEffect, "stale">, now: string): string | null {
  if (until !== undefined && until <= now) return "its time is over";
  if (found.machines.length === 0) return "it matches no machine of this grid";
  if (found.tests.length === 0) return "it matches no test that ran here";
  return null;
}
