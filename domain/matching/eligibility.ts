import { appliesTo, type MachineRule, rulesFor } from "./exclusion.js";
import { type HoldReason, noneFit, pauseReasons, serviceReason, unfitness } from "./machine-availability.js";
import type { GridView, MachineView } from "./grid-view.js";
import type { Place } from "./placement.js";
import { holds } from "../requirements/quantity.js";
import {
  type CodeGap,
  formatRequirement,
  type JobRequirement,
  parseStoredRequirement,
  type Requirement,
  textsOf,
} from "../requirements/requirement.js";
import type { Variant } from "../jobs/variant.js";

/** The common properties of all waiting jobs of one class. They decide where and whether these jobs can run. */
export interface JobClass {
  requirements: string[];
  rules: MachineRule[];
  /** The code gap of the jobs, if the grid holds such jobs. */
  codeGap?: CodeGap;
  /** Set for a job that is paused individually: it has its own class. */
  jobId?: string;
}

/** The class of a waiting job under the rules of a grid. */
export function classOf(
  job: {
    jobId: string;
    test: string;
    variant: Variant;
    requirements: readonly JobRequirement[] | null;
    codeGap: CodeGap | null;
  },
  { exclusions, selections, pauses, heldGaps }: Pick<GridView, "exclusions" | "selections" | "pauses" | "heldGaps">,
): JobClass {
  const isPaused = pauses.some(({ scope, name }) => scope === "job" && name === job.jobId);
  return {
    requirements: textsOf(job.requirements),
    rules: rulesFor(job.test, job.variant, exclusions, selections),
    ...gapOf(job.codeGap, heldGaps),
    ...(isPaused ? { jobId: job.jobId } : {}),
  };
}

/** The code gap as a part of a class; empty if the grid does not hold such jobs. */
export function gapOf(codeGap: CodeGap | null, heldGaps: readonly CodeGap[]): Pick<JobClass, "codeGap"> {
  return codeGap !== null && heldGaps.includes(codeGap) ? { codeGap } : {};
}

/**
 * `eligible` machines could take a job of the class now, whether free or busy. `rejectedBecause` says why each other machine
 * cannot.
 */
export interface Assessment {
  eligible: Place[];
  /** All machines that could take it if they were available. */
  allowed: Place[];
  rejectedBecause: Record<string, string>;
  reasons: HoldReason[];
}

/** Where jobs of a class can run now; if they cannot, every reason why. */
export function assess(jobClass: JobClass, grid: GridView): Assessment {
  const requirements = jobClass.requirements.map(parseStoredRequirement);
  const services = requirements.filter(({ kind }) => kind === "service").map(({ name }) => name);
  const reasons = [
    ...pauseReasons(jobClass, services, grid),
    ...gapReasons(jobClass),
    ...services.flatMap((name) => serviceReason(name, grid)),
  ];
  const rejectedBecause: Record<string, string> = {};
  const matching = grid.machines.filter((machine) =>
    accept(machine, missingFact(machine, requirements), rejectedBecause),
  );
  if (matching.length === 0) reasons.push(noMatch(grid, rejectedBecause));
  const allowed = matching.filter((machine) => accept(machine, ruleAgainst(jobClass, machine, grid), rejectedBecause));
  if (matching.length > 0 && allowed.length === 0) {
    const [rule] = [...new Set(matching.map((machine) => rejectedBecause[machine.name]))];
    reasons.push({
      reason: "admin/excluded",
      service: null,
      text: `excluded from every machine that matches: ${rule ?? ""}`,
    });
  }
  const unfit = new Map(allowed.map((machine) => [machine.name, unfitness(machine, services, grid)] as const));
  const eligible = allowed.filter((machine) => accept(machine, unfit.get(machine.name)?.text, rejectedBecause));
  if (allowed.length > 0 && eligible.length === 0) reasons.push(noneFit(unfit));
  return { eligible: eligible.map(toPlace), allowed: allowed.map(toPlace), rejectedBecause, reasons };
}

function toPlace({ name, host }: Place): Place {
  return { name, host };
}

function accept(machine: MachineView, objection: string | undefined, rejectedBecause: Record<string, string>): boolean {
  if (objection !== undefined) rejectedBecause[machine.name] = objection;
  return objection === undefined;
}

function missingFact(machine: MachineView, requirements: readonly Requirement[]): string | undefined {
  for (const requirement of requirements) {
    if (requirement.kind !== "machine") continue;
    const fact = machine.facts[requirement.name];
    const wanted = formatRequirement(requirement);
    if (fact === undefined) return `lacks the fact ${requirement.name} (${wanted})`;
    if (!holds(fact, requirement.operator, requirement.value)) return `has ${requirement.name} ${fact} (${wanted})`;
  }
  return undefined;
}

const gapTexts: Record<CodeGap, string> = {
  unread:
    "no code of this test could be read, and the grid holds such tests (analysis.unread in grid.yaml); name the code with `code:` in the suite file, and submit it again",
  open: "some calls in the code of this test were not understood, and the grid holds such tests (analysis.open in grid.yaml); `holdfast why` lists them",
};

function gapReasons({ codeGap }: JobClass): HoldReason[] {
  return codeGap === undefined ? [] : [{ reason: "admin/code-gap", service: null, text: gapTexts[codeGap] }];
}

function noMatch(grid: GridView, rejectedBecause: Record<string, string>): HoldReason {
  const text =
    grid.machines.length === 0
      ? "no machine has joined the grid yet"
      : `no machine of the grid matches: ${Object.entries(rejectedBecause)
          .map(([name, why]) => `${name} ${why}`)
          .join(", ")}`;
  return { reason: grid.machines.length === 0 ? "infra/no-machine" : "user/unsatisfiable", service: null, text };
}

function ruleAgainst(jobClass: JobClass, machine: MachineView, grid: GridView): string | undefined {
  return jobClass.rules.find((rule) => appliesTo(rule, machine, grid.now))?.reason;
}
