import { existsSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

/** What tests import the library by. */
export const libraryName = "holdfast/library";

/** The root folder of Holdfast, found from the sources as well as from the compiled code. */
export const packageRoot = rootAbove(dirname(fileURLToPath(import.meta.url)));

/** The library's TypeScript sources. */
export const libraryFolder = join(packageRoot, "library");

function rootAbove(folder: string): string {
  return existsSync(join(folder, "package.json")) ? folder : rootAbove(dirname(folder));
}
