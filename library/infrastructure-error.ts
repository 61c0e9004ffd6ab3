import { noteClaim } from "./notes.js";

/** The exit code with which a test says that its environment is to blame. */
const notMyFaultExit = 75;

/**
 * Says that the environment failed, not the code under test.
 * Creating the error already reports it to the grid, so it counts under any test runner. A test that handles it and passes
 * has passed. An error that is not caught ends the process with exit code 75.
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

/** Handles uncaught errors from the first infrastructure error on. A test without such an error is not affected. */
function endUncaught(): void {
  // A runner of subtests counts an uncaught error as a failure of its subtest, and goes on.
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
