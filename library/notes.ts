import { appendFileSync } from "node:fs";

/** Tells the agent that a service is to blame. */
export function noteClaim(service: string, message: string): void {
  note("HOLDFAST_CLAIM", { service, message: message.slice(0, 2_000) });
}

const used = new Set<string>();

/** Tells the agent that the test uses a service. */
export function noteUse(service: string): void {
  if (used.has(service)) return;
  used.add(service);
  note("HOLDFAST_USE", { service });
}

/** Tells the agent the version of something that takes part in the test. */
export function noteVersion(name: string, version: string): void {
  note("HOLDFAST_VERSIONS", { name, version });
}

/** Appends to the file that a variable names. Does nothing outside a job, or if the file cannot be written. */
function note(variable: string, value: object): void {
  const file = process.env[variable];
  if (file === undefined || file === "") return;
  try {
    appendFileSync(file, `${JSON.stringify(value)}\n`);
  } catch {
    // A missing note must not change how the test ends.
  }
}
