import { existsSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

function above(folder: string): string {
  return existsSync(join(folder, "package.json")) ? folder : above(dirname(folder));
}

/** Where Holdfast is installed: the folder of its package.json. */
export const packageRoot = above(dirname(fileURLToPath(import.meta.url)));

/** A compiled file of this installation, such as `api/main.js`. */
export const compiled = (path: string): string => join(packageRoot, "dist", path);
