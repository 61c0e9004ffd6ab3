import { execFile } from "node:child_process";
import { promisify } from "node:util";

/** How long removing may take at most. The rest is removed at the agent's next start. */
const patienceMs = 10 * 60_000;

/**
 * Removes a file or folder that a test could write to. The system's rm goes from folder to folder without following a
 * link or entering another file system, however deep they are.
 * @throws Error if something is left
 */
export async function removeTree(path: string): Promise<void> {
  await promisify(execFile)("rm", ["-rf", "--one-file-system", "--", path], { timeout: patienceMs });
}
