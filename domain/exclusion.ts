import type { MachineView } from "./matching.js";
import { matchesPattern } from "./pattern.js";
import { type Variant, variantKey } from "./variant.js";

/** An admin's rule: these tests or variants not on these machines. Absent patterns match everything. */
export interface Exclusion {
  tests?: string;
  variants?: string;
  machines?: string;
  /** Facts that a machine must have for the rule to apply, such as `os: fedora-41`; values are patterns. */
  facts?: Record<string, string>;
  reason: string;
  /** ISO time from which the rule no longer holds. */
  until?: string;
}

export function excludes(rule: Exclusion, test: string, variant: Variant, machine: MachineView, now: string): boolean {
  if (rule.until !== undefined && rule.until <= now) return false;
  if (!matchesPattern(test, rule.tests ?? "*")) return false;
  if (rule.variants !== undefined && !matchesPattern(variantKey(variant), rule.variants)) return false;
  if (!matchesPattern(machine.name, rule.machines ?? "*")) return false;
  return Object.entries(rule.facts ?? {}).every(([fact, pattern]) => matchesPattern(machine.facts[fact] ?? "", pattern));
}

/** An admin's rule the other way round: these machines run only these tests. */
export interface Selection {
  machines: string;
  tests: string;
  reason: string;
}

export function selectsAgainst(rule: Selection, test: string, machine: MachineView): boolean {
  return matchesPattern(machine.name, rule.machines) && !matchesPattern(test, rule.tests);
}
