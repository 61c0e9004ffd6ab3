/** The names of what is watched around a test: the agent writes them, the judgement looks for them. */

/** What every machine's agent watches, whatever the test requires; without them nothing is proven. */
export const machineChecks = ["agent", "clock", "memory", "disk"] as const;

/** What is watched for people to see, and never judged. */
export const loadCheck = "load";

/** A command, device or package that a test requires, where it was not there any more when the test had ended. */
export const requirementCheck = "requirement";

/** Why a test did not run, by its own word. */
export const skippedCheck = "skipped";

/** A test of the same project that a test cannot share a host with. */
export const conflictCheck = "conflict";

/** A service as one machine sees it. */
export function serviceCheck(service: string, machine: string): string {
  return `service ${service} from ${machine}`;
}

/** A name that required services are called by. */
export function nameCheck(name: string): string {
  return `name ${name}`;
}
