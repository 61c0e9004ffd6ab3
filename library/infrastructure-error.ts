import { noteClaim } from "./notes.js";

/** The exit code by which a test says: not my fault. */
const notMyFaultExit = 75;

/**
 * Says that the environment failed, not the code under test.
 * It is noted for the grid as soon as it is made, so that it counts under any test runner; a test that deals with it
 * and passes has passed. One that nobody catches ends the process with exit 75.
 */
export class InfrastructureError extends Error {
  override name = "InfrastructureError";
  /** The service concerned, as grid.yaml names it. */
  readonly service: string;
  constructor(service: string, message: string, options?: ErrorOptions) {
    super(`${service}: ${message}`, options);
    this.service = service;
    noteClaim(service, this.message);
    endUncaught();
  }
}

/** Ends the test process at once with the claim that its environment is to blame. The grid checks the claim. */
export function notMyFault(error: InfrastructureError): never {
  process.stderr.write(`${error.name}: ${error.message}\n`);
  process.exit(notMyFaultExit);
}

let isListening = false;

/** From the first error on, and not before: a test that meets none is not touched. */
function endUncaught(): void {
  // A runner of subtests takes what nobody caught for a failure of its subtest, and goes on.
  if (isListening || process.env["NODE_TEST_CONTEXT"] !== undefined) return;
  isListening = true;
  process.on("uncaughtExceptionMonitor", (error: unknown) => {
    const cause = infrastructureCause(error);
    if (cause === undefined) return;
    process.stderr.write(`${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`);
    notMyFault(cause);
  });
}

/** The infrastructure error behind an error, if there is one. */
function infrastructureCause(error: unknown): InfrastructureError | undefined {
  const seen = new Set<unknown>();
  for (let each = error; each instanceof Error && !seen.has(each); each = each.cause) {
    if (each instanceof InfrastructureError) return each;
    seen.add(each);
  }
  return undefined;
}
