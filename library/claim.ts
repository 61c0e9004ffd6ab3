import { appendFileSync } from "node:fs";

/** Notes for the agent that a service is to blame; outside a job, and where it cannot be noted, nothing happens. */
export function noteClaim(service: string, message: string): void {
  const file = process.env["HOLDFAST_CLAIM"];
  if (file === undefined || file === "") return;
  try {
    appendFileSync(file, `${JSON.stringify({ service, message: message.slice(0, 2_000) })}\n`);
  } catch {
    // The test fails of the error itself: a note that is missing must not hide it.
  }
}
