import { noteVersion } from "./notes.js";

/** The exit code by which a test says that it did not run. */
const skippedExit = 77;

/** The context that `node:test` gives to a test. */
interface TestContext {
  skip(reason?: string): void;
}

/**
 * Ends the test process as skipped, with the reason. A runner of several tests goes on if it gets the test's context.
 * @throws Error under `node --test` without a context: there the end of the process is a failure
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

/** Runs a test that fails because of a known issue: an assertion that fails then skips the test, with the link. */
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

/** An assertion of Node, or of jest and vitest. */
function isAssertion(error: unknown): error is Error {
  return error instanceof Error && (error.name === "AssertionError" || "matcherResult" in error);
}

/** Tells the grid a version of something that takes part in the test. It is shown in mails. */
export function reportVersion(name: string, version: string): void {
  noteVersion(name, version);
}
