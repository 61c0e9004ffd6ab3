import { chmod, readdir, stat } from "node:fs/promises";
import { join } from "node:path";

/**
 * Opens the way to the workspaces for other users where there are no namespaces to bring them there:
 * they pass through the grid's data folder, and read nothing in it.
 */
export async function grantTraversal(data: string, folder: string, work: string): Promise<void> {
  for (const name of await readdir(data)) {
    if (name === "agents") continue;
    const { mode } = await stat(join(data, name));
    await chmod(join(data, name), mode & 0o700);
  }
  for (const passed of [data, join(data, "agents"), folder, work]) await chmod(passed, 0o711);
  await chmod(join(folder, "sources"), 0o700);
}
