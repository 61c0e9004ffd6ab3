import { noteVersion } from "./notes.js";

/** The exit code by which a test says that it did not run. */
const skippedExit = 77;

/** Ends the test process as skipped, with the reason. */
export function skip(reason: string): never {
  process.stderr.write(`skipped: ${reason}\n`);
  process.exit(skippedExit);
}

/** Runs a test that fails because of a known issue: an assertion that fails then skips the test, with the link. */
export async function knownIssue<T>(link: string, test: () => T | Promise<T>): Promise<T> {
  try {
    return await test();
  } catch (error) {
    if ((error as Error).name !== "AssertionError") throw error;
    skip(`known issue ${link}: ${(error as Error).message.split("\n")[0]}`);
  }
}

/** Tells the grid a version of something that takes part in the test. It is shown in mails. */
export function reportVersion(name: string, version: string): void {
  noteVersion(name, version);
}
