import { chmod, readdir, stat } from "node:fs/promises";
import { join } from "node:path";

/**
 * Lets other users reach the workspaces on a system without namespaces. They can pass through the grid's data folder, but
 * cannot read anything in it.
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
