import { noteVersion } from "./notes.js";

/** The exit code with which a test says that it did not run. */
const skippedExit = 77;

/** The context that `node:test` passes to a test. */
interface TestContext {
  skip(reason?: string): void;
}

/**
 * Ends the test process as skipped, with the reason. With the test's context, a runner of several tests goes on.
 * @throws Error under `node --test` without a context, because the end of the process is a failure there
 */
export function skip(reason: string, context: TestContext): void;
export function skip(reason: string): never;
export function skip(reason: string, context?: TestContext): void {
  if (context !== undefined) return context.skip(reason);
  if (process.env["NODE_TEST_CONTEXT"] !== undefined)
    throw new Error(`skip(${JSON.stringify(reason)}) needs the context of the test under node --test: skip(reason, t)`);
  process.stderr.write(`skipped: ${reason}\n`);
  process.exit(skippedExit);
}

/** Runs a test that fails because of a known issue. A failed assertion skips the test, with the link as the reason. */
export async function knownIssue(link: string, test: () => unknown, context?: TestContext): Promise<void> {
  try {
    await test();
  } catch (error) {
    if (!isAssertion(error)) throw error;
    const reason = `known issue ${link}: ${error.message.split("\n")[0]}`;
    if (context === undefined) skip(reason);
    else skip(reason, context);
  }
}

/** Whether an error is a failed assertion of Node, jest or vitest. */
function isAssertion(error: unknown): error is Error {
  return error instanceof Error && (error.name === "AssertionError" || "matcherResult" in error);
}

/** Tells the grid the version of something that takes part in the test. Mails show it. */
export function reportVersion(name: string, version: string): void {
  noteVersion(name, version);
}
