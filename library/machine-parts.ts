import { accessSync, constants, readFileSync, statSync } from "node:fs";
import { basename, delimiter, join } from "node:path";
import { InfrastructureError } from "./infrastructure-error.js";

const sectorBytes = 512;

/**
 * A block device of the machine, with its size in bytes.
 * @requires device:{path}
 * @throws InfrastructureError if there is none at this path
 */
export function blockDevice(path: string): { path: string; bytes: number } {
  if (statSync(path, { throwIfNoEntry: false })?.isBlockDevice() !== true)
    throw new InfrastructureError(path, "it is not a block device of this machine");
  const sectors = Number(readFileSync(`/sys/class/block/${basename(path)}/size`, "utf8"));
  return { path, bytes: sectors * sectorBytes };
}

/**
 * The path of a program.
 * @requires command:{name}
 * @throws InfrastructureError if it is not on the PATH
 */
export function needsCommand(name: string): string {
  for (const folder of (process.env["PATH"] ?? "").split(delimiter)) {
    const file = join(folder, name);
    try {
      accessSync(file, constants.X_OK);
      if (statSync(file).isFile()) return file;
    } catch {
      // It is not in this folder.
    }
  }
  throw new InfrastructureError(name, `${name} is not on the path`);
}
