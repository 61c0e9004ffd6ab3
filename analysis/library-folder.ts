import { existsSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

/** The name by which tests import the library. */
export const libraryName = "holdfast/library";

/** The root folder of Holdfast. It is found from the sources and from the compiled code. */
export const packageRoot = rootAbove(dirname(fileURLToPath(import.meta.url)));

/** The library's TypeScript sources. */
export const libraryFolder = join(packageRoot, "library");

function rootAbove(folder: string): string {
  return existsSync(join(folder, "package.json")) ? folder : rootAbove(dirname(folder));
}
