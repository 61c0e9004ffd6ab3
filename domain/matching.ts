import { appliesTo, type Exclusion, type MachineRule, rulesFor, type Selection } from "./exclusion.js";
import type { FailureIdentifier } from "./failures.js";
import { holds } from "./quantity.js";
import { formatRequirement, type JobRequirement, parseRequirement, type Requirement, textsOf } from "./requirement.js";
import type { Variant } from "./variant.js";
import type { MachineHealth, ServiceState } from "./words.js";

/** What matching knows of a machine. `facts` are texts such as `os: fedora-41`, `memory: 8GiB`. */
export interface MachineView extends Place {
  slots: number;
  facts: Record<string, string>;
  health: MachineHealth;
  online: boolean;
  draining: boolean;
}

export interface ServiceView {
  name: string;
  state: ServiceState;
  /** ISO time since which the service is in this state. */
  since: string;
  detail: string;
}

/** What all waiters of one class have in common: it decides where and whether they can run. */
export interface JobClass {
  requirements: string[];
  rules: MachineRule[];
}

/** The class in which a job waits under the rules of a grid. */
export function classOf(
  job: { test: string; variant: Variant; requirements: readonly JobRequirement[] | null },
  { exclusions, selections }: Pick<GridView, "exclusions" | "selections">,
): JobClass {
  return { requirements: textsOf(job.requirements), rules: rulesFor(job.test, job.variant, exclusions, selections) };
}

export interface GridView {
  now: string;
  services: ServiceView[];
  machines: MachineView[];
  exclusions: Exclusion[];
  selections: Selection[];
}

/** Why a job cannot run now. `service` is set where a service is the reason; `text` is for people. */
export interface HoldReason {
  reason: FailureIdentifier;
  service: string | null;
  text: string;
}

/** `eligible` machines could take a job of the class now, free or busy; `turnedDown` says why each other one cannot. */
export interface Assessment {
  eligible: Place[];
  /** All that could take it if they were fit. */
  allowed: Place[];
  turnedDown: Record<string, string>;
  reasons: HoldReason[];
}

/** Where jobs of a class can run now, and if they cannot, every reason why. */
export function assess(jobClass: JobClass, grid: GridView): Assessment {
  const requirements = jobClass.requirements.map(parseRequirement);
  const reasons = requirements.flatMap((requirement) => serviceReason(requirement, grid));
  const turnedDown: Record<string, string> = {};
  const matching = grid.machines.filter((machine) => accept(machine, missingFact(machine, requirements), turnedDown));
  if (matching.length === 0) reasons.push(noMatch(grid, turnedDown));
  const allowed = matching.filter((machine) => accept(machine, ruleAgainst(jobClass, machine, grid), turnedDown));
  if (matching.length > 0 && allowed.length === 0) {
    const [rule] = [...new Set(matching.map((machine) => turnedDown[machine.name]))];
    reasons.push({
      reason: "admin/excluded",
      service: null,
      text: `excluded from every machine that matches: ${rule ?? ""}`,
    });
  }
  const eligible = allowed.filter((machine) => accept(machine, unfitness(machine), turnedDown));
  if (allowed.length > 0 && eligible.length === 0) {
    const states = allowed.map((machine) => `${machine.name} is ${turnedDown[machine.name] ?? ""}`).join(", ");
    reasons.push({ reason: "infra/no-machine", service: null, text: `no machine that matches is fit: ${states}` });
  }
  return { eligible: eligible.map(toPlace), allowed: allowed.map(toPlace), turnedDown, reasons };
}

function toPlace({ name, host }: Place): Place {
  return { name, host };
}

function accept(machine: MachineView, objection: string | undefined, turnedDown: Record<string, string>): boolean {
  if (objection !== undefined) turnedDown[machine.name] = objection;
  return objection === undefined;
}

function serviceReason(requirement: Requirement, grid: GridView): HoldReason[] {
  if (requirement.kind !== "service") return [];
  const service = grid.services.find((candidate) => candidate.name === requirement.name);
  const state = service?.state ?? "unknown";
  if (state === "up" || state === "degraded") return [];
  const since = service === undefined ? "" : ` since ${service.since}`;
  const detail = service === undefined || service.detail === "" ? "" : ` (${service.detail})`;
  return [
    {
      reason: state === "unknown" ? "infra/service-unknown" : "infra/service-down",
      service: requirement.name,
      text: `service ${requirement.name} is ${state}${since}${detail}`,
    },
  ];
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

function noMatch(grid: GridView, turnedDown: Record<string, string>): HoldReason {
  const text =
    grid.machines.length === 0
      ? "no machine has joined the grid yet"
      : `no machine of the grid matches: ${Object.entries(turnedDown)
          .map(([name, why]) => `${name} ${why}`)
          .join(", ")}`;
  return { reason: grid.machines.length === 0 ? "infra/no-machine" : "user/unsatisfiable", service: null, text };
}

function ruleAgainst(jobClass: JobClass, machine: MachineView, grid: GridView): string | undefined {
  return jobClass.rules.find((rule) => appliesTo(rule, machine, grid.now))?.reason;
}

function unfitness(machine: MachineView): string | undefined {
  if (!machine.online) return "offline";
  if (machine.draining) return "draining";
  return machine.health === "good" || machine.health === "unknown" ? undefined : machine.health;
}

/** A machine with the host that it stands on; both names can be avoided. */
export interface Place {
  name: string;
  host: string;
}

/** The places to choose from, less those avoided. `avoid` is ordered: what stands last gives way first where nothing would be left. */
export function preferNot<T extends Place>(places: readonly T[], avoid: readonly string[]): T[] {
  for (let count = avoid.length; count > 0; count--) {
    const avoided = new Set(avoid.slice(0, count));
    const others = places.filter((place) => !avoided.has(place.name) && !avoided.has(place.host));
    if (others.length > 0) return others;
  }
  return [...places];
}
