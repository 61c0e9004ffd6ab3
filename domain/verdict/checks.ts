/** The names of checks: the agent writes them, the judge reads them. */

/** What every agent watches, whatever the test requires. Without these checks, nothing is proved. */
export const machineChecks = ["agent", "clock", "memory", "disk"] as const;

/** Watched only to inform people. It decides nothing. */
export const loadCheck = "load";

/** A required command, device or package that was gone when the test had ended. */
export const requirementCheck = "requirement";

/** Why a test did not run, according to the test. */
export const skippedCheck = "skipped";

/** A test of the same project that this test cannot share a host with. */
export const conflictCheck = "conflict";

/** A service, as one machine sees it or, without a machine, as the control worker does. */
export function serviceCheck(service: string, machine?: string): string {
  return machine === undefined ? `service ${service}` : `service ${service} from ${machine}`;
}

/** A service that a test used although the test does not require it. */
export function usedServiceCheck(service: string): string {
  return `used service ${service}`;
}

export function isUsedServiceCheck(check: string): boolean {
  return check.startsWith("used service ");
}

/** The service of a check; undefined for other checks. */
export function serviceOfCheck(check: string): string | undefined {
  return /^service (\S+)/.exec(check)?.[1];
}

/** A host name of required services. */
export function nameCheck(name: string): string {
  return `name ${name}`;
}

export function isNameCheck(check: string): boolean {
  return check.startsWith("name ");
}
