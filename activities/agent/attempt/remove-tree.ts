import { execFile } from "node:child_process";
import { promisify } from "node:util";

/** The time limit of one removal. The rest is removed at the agent's next start. */
const patienceMs = 10 * 60_000;

/**
 * Removes a file or folder that a test could write to. The system's rm copes with any depth, and neither follows links nor
 * enters other file systems.
 * @throws Error if something is left
 */
export async function removeTree(path: string): Promise<void> {
  await promisify(execFile)("rm", ["-rf", "--one-file-system", "--", path], { timeout: patienceMs });
}
