import { matchesPattern } from "../requirements/pattern.js";
import { type Variant, variantKey } from "../jobs/variant.js";

/** An admin's rule: these tests or variants do not run on these machines. Absent patterns match everything. */
export interface Exclusion {
  tests?: string | undefined;
  variants?: string | undefined;
  machines?: string | undefined;
  /** Facts that a machine must have for the rule to apply, such as `os: fedora-41`; values are patterns. */
  facts?: Record<string, string> | undefined;
  reason: string;
  /** ISO time from which the rule no longer holds. */
  until?: string | undefined;
}

/** The opposite rule of an admin: these machines run only these tests. */
export interface Selection {
  machines: string;
  tests: string;
  reason: string;
}

/** A rule for one test: these machines do not run it. */
export interface MachineRule {
  machines: string;
  facts: Record<string, string>;
  reason: string;
  until: string | null;
}

/** The properties of a machine that a rule checks. */
interface RuledMachine {
  name: string;
  facts: Record<string, string>;
}

/** The rules that keep a test in a variant off machines. Tests with the same rules can share a queue. */
export function rulesFor(
  test: string,
  variant: Variant,
  exclusions: readonly Exclusion[],
  selections: readonly Selection[],
): MachineRule[] {
  const excluding = exclusions
    .filter(
      (rule) =>
        matchesPattern(test, rule.tests ?? "*") &&
        (rule.variants === undefined || matchesPattern(variantKey(variant), rule.variants)),
    )
    .map(excludingRule);
  const reserving = selections
    .filter((rule) => !matchesPattern(test, rule.tests))
    .map(({ machines, tests, reason }) => ({
      machines,
      facts: {},
      reason: `reserved for ${tests}: ${reason}`,
      until: null,
    }));
  return [...excluding, ...reserving];
}

function excludingRule({ machines = "*", facts = {}, reason, until }: Exclusion): MachineRule {
  return { machines, facts, reason: `excluded: ${reason}`, until: until ?? null };
}

/** The names of those machines to which an exclusion applies now. */
export function machinesUnder(exclusion: Exclusion, machines: readonly RuledMachine[], now: string): string[] {
  const rule = excludingRule(exclusion);
  return machines.filter((machine) => appliesTo(rule, machine, now)).map(({ name }) => name);
}

export function appliesTo(rule: MachineRule, machine: RuledMachine, now: string): boolean {
  if (rule.until !== null && rule.until <= now) return false;
  if (!matchesPattern(machine.name, rule.machines)) return false;
  return Object.entries(rule.facts).every(([fact, pattern]) => matchesPattern(machine.facts[fact] ?? "", pattern));
}
