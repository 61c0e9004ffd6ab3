import { type JobRequirement, servicesOf } from "./requirement.js";

/** The services that a test used while it ran, as its agent saw them. */
export interface ObservedUse {
  /** Names of services: the test connected to their addresses, or asked the test library for them. */
  services: string[];
  /** Other addresses outside the machine to which the test connected, as `<host>:<port>`. */
  others: string[];
  /** Whether every connection was seen. Otherwise they were sampled, and short ones may be missing. */
  isComplete: boolean;
  /** Services with an address. Only their use can be seen. */
  observable: string[];
}

/** What a test used, compared with what it requires. It decides no verdict. */
export interface UseComparison {
  /** Services that were used, but neither declared nor found in the code. */
  notRequired: string[];
  /** Services that were found in the code, but not used in any run. */
  notUsed: string[];
  /** Other addresses to which the test connected. */
  others: string[];
  /** Whether every connection was seen in each run. */
  isComplete: boolean;
  /** A line for the suite file that declares what is missing; null if nothing is. */
  suggestion: string | null;
}

/**
 * Compares the runs of a job with its requirements. A service that a test watches is its purpose, not a requirement.
 * @returns null if no run was observed
 */
export function compareUse(
  runs: readonly ObservedUse[],
  requirements: readonly JobRequirement[],
  watched?: string,
): UseComparison | null {
  if (runs.length === 0) return null;
  const used = new Set(runs.flatMap(({ services }) => services));
  const observable = new Set(runs.flatMap(({ observable: names }) => names));
  const required = servicesOf(requirements.map(({ requirement }) => requirement));
  const discovered = servicesOf(
    requirements.filter(({ origin }) => origin === "discovered").map(({ requirement }) => requirement),
  );
  const notRequired = [...used].filter((service) => !required.includes(service) && service !== watched).sort();
  return {
    notRequired,
    notUsed: [...new Set(discovered)].filter((service) => observable.has(service) && !used.has(service)).sort(),
    others: [...new Set(runs.flatMap(({ others }) => others))].sort(),
    isComplete: runs.every(({ isComplete }) => isComplete),
    suggestion:
      notRequired.length === 0 ? null : `require: [${notRequired.map((service) => `service:${service}`).join(", ")}]`,
  };
}

/** A comparison for people, one sentence per finding. */
export function describeUse({ notRequired, notUsed, others, isComplete, suggestion }: UseComparison): string[] {
  const sampled = isComplete ? "" : " Not every connection was seen.";
  return [
    ...(suggestion === null
      ? []
      : [`Used, but neither declared nor found in the code: ${notRequired.join(", ")}. To declare: ${suggestion}`]),
    ...(notUsed.length === 0 ? [] : [`Found in the code, but not used: ${notUsed.join(", ")}.${sampled}`]),
    ...(others.length === 0
      ? []
      : [`Connected to addresses that belong to no service of this grid: ${others.join(", ")}.`]),
  ];
}
