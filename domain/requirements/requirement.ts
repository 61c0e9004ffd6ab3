/**
 * Something that a job needs. Its text forms are `service:nfs`, `package:qemu-kvm>=8`, `command:git`, `device:/dev/kvm` and
 * `machine:memory>=8GiB`.
 */
export type Requirement =
  | { kind: "service"; name: string }
  | { kind: "command"; name: string }
  | { kind: "device"; name: string }
  | { kind: "package"; name: string; operator?: Operator; value?: string }
  | { kind: "machine"; name: string; operator: Operator; value: string };

const operators = [">=", "<=", "!=", ">", "<", "="] as const;
export type Operator = (typeof operators)[number];

/** One step on the way from a test to the code that requires something. `line` counts from 1. */
export interface ChainLink {
  name: string;
  file: string;
  line: number;
}

/** A requirement in text form, with its origin. `chain` is empty for a declared one. */
export interface JobRequirement {
  requirement: string;
  origin: "declared" | "discovered";
  chain: ChainLink[];
}

/** A call or an annotation whose requirements the analysis of the code could not find out. */
export interface NotUnderstood {
  file: string;
  line: number;
  reason: string;
}

/** A requirement in the code that the author says does not hold for this test. */
export interface WaivedRequirement {
  requirement: string;
  reason: string;
  chain: ChainLink[];
}

/** What the analysis of a test's code found, apart from requirements. */
export interface CodeAnalysis {
  notUnderstood: NotUnderstood[];
  /** Why no code was read at all; null if some was. */
  unread: string | null;
  waived: WaivedRequirement[];
}

/** What the analysis of the code left open: nothing was read, or some calls were not understood. */
export type CodeGap = "unread" | "open";

export function codeGapOf(analysis: CodeAnalysis | null): CodeGap | null {
  if (analysis === null) return null;
  if (analysis.unread !== null) return "unread";
  return analysis.notUnderstood.length > 0 ? "open" : null;
}

export const emptyAnalysis: CodeAnalysis = { notUnderstood: [], unread: null, waived: [] };

/**
 * Combines the requirements of a test: those that its author declares, and those in its code that the author does not waive.
 * @param waive reasons by requirement
 */
export function combineRequirements(
  declared: readonly string[],
  found: readonly JobRequirement[],
  waive: Readonly<Record<string, string>>,
): { requirements: JobRequirement[]; waived: WaivedRequirement[] } {
  return {
    requirements: [
      ...declared.map((requirement): JobRequirement => ({ requirement, origin: "declared", chain: [] })),
      ...found.filter(({ requirement }) => waive[requirement] === undefined && !declared.includes(requirement)),
    ],
    waived: found.flatMap(({ requirement, chain }) => {
      const reason = waive[requirement];
      return reason === undefined ? [] : [{ requirement, reason, chain }];
    }),
  };
}

export class RequirementError extends Error {
  override name = "RequirementError";
}

/** @throws RequirementError if the text is not a requirement. */
export function parseRequirement(text: string): Requirement {
  const foreign = /(===?|~=|~>|\^=|=>|=<|<>)/.exec(text)?.[1];
  if (foreign !== undefined)
    throw new RequirementError(`"${text}": ${foreign} is no comparison; write one of ${operators.join(" ")}`);
  const match = /^(service|package|command|device|machine):([^\s<>=!~^]+)\s*(?:(>=|<=|!=|>|<|=)\s*([^\s<>=!]+))?$/.exec(
    text.trim(),
  );
  if (match === null) {
    throw new RequirementError(
      `"${text}" is not a requirement; write one of service:<name>, package:<name>[>=<version>], command:<name>, device:<path>, machine:<fact>>=<value>`,
    );
  }
  const [, kind, name, operator, value] = match as unknown as [string, Requirement["kind"], string, Operator?, string?];
  if (kind === "machine") {
    if (operator === undefined || value === undefined)
      throw new RequirementError(`"${text}" gives no value for the fact ${name}; write machine:${name}=<value>`);
    return { kind, name, operator, value };
  }
  if (kind === "package")
    return operator === undefined || value === undefined ? { kind, name } : { kind, name, operator, value };
  if (operator !== undefined) throw new RequirementError(`"${text}": a ${kind} has no version to compare`);
  return { kind, name };
}

/** Reads a stored requirement. Earlier versions accepted more forms, and these must not stop a job. */
export function parseStoredRequirement(text: string): Requirement {
  try {
    return parseRequirement(text);
  } catch (error) {
    if (!(error instanceof RequirementError)) throw error;
  }
  const [, kind, name = text, sign, value] =
    /^(service|package|command|device|machine):([^\s<>=!]+)\s*(?:(>=|<=|!=|==?|>|<)\s*(.+))?$/.exec(text.trim()) ?? [];
  const operator = (sign === "==" ? "=" : sign) as Operator | undefined;
  if (kind === "machine" && operator !== undefined && value !== undefined) return { kind, name, operator, value };
  if (kind === "package" && operator !== undefined && value !== undefined) return { kind, name, operator, value };
  if (kind === "service" || kind === "command" || kind === "device") return { kind, name };
  return { kind: "package", name };
}

export function formatRequirement(requirement: Requirement): string {
  const comparison =
    "operator" in requirement && requirement.operator !== undefined
      ? `${requirement.operator}${requirement.value ?? ""}`
      : "";
  return `${requirement.kind}:${requirement.name}${comparison}`;
}

/** The names of the services among requirements in text form. */
export function servicesOf(requirements: readonly string[]): string[] {
  return requirements.filter((text) => text.startsWith("service:")).map((text) => text.slice("service:".length));
}

/** The services whose health proves a result: the required ones, except those that the test disturbs on purpose. */
export function provingServices(requirements: readonly string[], disturbs: readonly string[]): string[] {
  const disturbed = servicesOf(disturbs);
  return servicesOf(requirements).filter((service) => !disturbed.includes(service));
}

/** Requirements in text form; empty while they are not known yet. */
export function textsOf(requirements: readonly JobRequirement[] | null): string[] {
  return (requirements ?? []).map(({ requirement }) => requirement);
}
