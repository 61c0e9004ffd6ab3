import { readdirSync, readFileSync, realpathSync, statSync } from "node:fs";
import { join, sep } from "node:path";
import type { FileSystemHost } from "ts-morph";
import { longestFileBytes } from "../unreadable.js";

/** Writing is never part of reading code. */
function refuse(): never {
  throw new Error("the source is read-only");
}

/**
 * The file system that the analysis sees: the given folders and nothing else. A path that leads out of them, by `..`,
 * as an absolute path or through a symbolic link, does not exist. Files above `longestFileBytes` do not exist either.
 */
export function readOnlyFiles(folders: readonly string[]): FileSystemHost {
  const roots = folders.map((folder) => realpathSync(folder));

  /** The real path of something inside the folders; undefined for anything else. */
  function inside(path: string): string | undefined {
    try {
      const real = realpathSync(path);
      return roots.some((root) => real === root || real.startsWith(`${root}${sep}`)) ? real : undefined;
    } catch {
      return undefined;
    }
  }

  function fileExistsSync(path: string): boolean {
    const real = inside(path);
    if (real === undefined) return false;
    const status = statSync(real, { throwIfNoEntry: false });
    return status?.isFile() === true && status.size <= longestFileBytes;
  }

  function directoryExistsSync(path: string): boolean {
    const real = inside(path);
    return real !== undefined && statSync(real, { throwIfNoEntry: false })?.isDirectory() === true;
  }

  function readFileWithin(path: string): string {
    if (!fileExistsSync(path)) throw Object.assign(new Error(`${path} is not part of the source`), { code: "ENOENT" });
    return readFileSync(path, "utf8");
  }

  return {
    isCaseSensitive: () => true,
    getCurrentDirectory: () => folders[0]!,
    realpathSync: (path) => inside(path) ?? path,
    fileExistsSync,
    fileExists: async (path) => fileExistsSync(path),
    directoryExistsSync,
    directoryExists: async (path) => directoryExistsSync(path),
    readFileSync: (path) => readFileWithin(path),
    readFile: async (path) => readFileWithin(path),
    readDirSync: (path) =>
      directoryExistsSync(path)
        ? readdirSync(path, { withFileTypes: true }).map((entry) => ({
            name: join(path, entry.name),
            isFile: entry.isFile(),
            isDirectory: entry.isDirectory(),
            isSymlink: entry.isSymbolicLink(),
          }))
        : [],
    glob: async () => [],
    globSync: () => [],
    delete: refuse,
    deleteSync: refuse,
    writeFile: refuse,
    writeFileSync: refuse,
    mkdir: refuse,
    mkdirSync: refuse,
    move: refuse,
    moveSync: refuse,
    copy: refuse,
    copySync: refuse,
  };
}
