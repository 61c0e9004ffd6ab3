import { chmodSync, mkdirSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { isGone } from "../../probes/process-group.js";

/** Makes a folder for short-lived files of this process. Removes the folders of killed processes with the same name. */
export function makeScratch(name: string): string {
  const prefix = `holdfast-${name}-`;
  for (const entry of readdirSync(tmpdir()).filter((each) => each.startsWith(prefix))) {
    if (isGone(Number(entry.slice(prefix.length)))) rmSync(join(tmpdir(), entry), { recursive: true, force: true });
  }
  const scratch = join(tmpdir(), `${prefix}${process.pid}`);
  // Only its owner can read a folder in it, but another user must be able to enter a folder that is shared with them.
  mkdirSync(scratch, { recursive: true, mode: 0o700 });
  chmodSync(scratch, 0o711);
  return scratch;
}
