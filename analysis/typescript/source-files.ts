import { createHash } from "node:crypto";
import { type Dirent, readdirSync, readFileSync, realpathSync, statSync } from "node:fs";
import { join, sep } from "node:path";
import type { FileSystemHost, RuntimeDirEntry } from "ts-morph";
import { FileQuestions } from "../file-questions.js";
import { longestFileBytes } from "../unreadable.js";

/** A file that was changed this shortly before it was looked at may change again without another time stamp. */
const unsettledMs = 2_000;

/** What a file looks like from outside; null for one that is not there, or may change without looking different. */
export function stampOf(path: string): string | null {
  const status = statSync(path, { throwIfNoEntry: false });
  if (status === undefined || Date.now() - Math.max(status.mtimeMs, status.ctimeMs) < unsettledMs) return null;
  return `${status.dev} ${status.ino} ${status.size} ${status.mtimeMs} ${status.ctimeMs}`;
}

function digestOfNames(entries: readonly Dirent[]): string {
  return digest(
    entries
      .map((entry) => `${entry.name} ${kindOf(entry)}`)
      .sort()
      .join("\n"),
  );
}

function kindOf(entry: Dirent): string {
  return entry.isFile() ? "file" : entry.isDirectory() ? "folder" : "other";
}

/** Writing is never part of reading code. */
function refuse(): never {
  throw new Error("the source is read-only");
}

export interface SourceFiles extends FileSystemHost {
  /** The size of a file in bytes, whatever it is; 0 for what is not there. */
  sizeOf(path: string): number;
  /** Tells texts apart; empty for what is no file of the source. */
  digestOf(path: string): string;
  /** Tells the names in a folder apart. */
  namesIn(path: string): string;
}

/** Tells contents of files, or names in folders, apart. */
function digest(text: string): string {
  return createHash("sha1").update(text).digest("base64url");
}

/**
 * The file system that the analysis sees: the given folders and nothing else. A path that leads out of them, by `..`,
 * as an absolute path or through a symbolic link, does not exist. Files above `longestFileBytes` do not exist either. The
 * files must not change meanwhile.
 * @param questions notes what is asked
 */
export function readOnlyFiles(folders: readonly string[], questions = new FileQuestions()): SourceFiles {
  const roots = folders.map((folder) => realpathSync(folder));

  /** The real path of something inside the folders; undefined for anything else. */
  function inside(path: string): string | undefined {
    try {
      const real = realpathSync.native(path);
      return roots.some((root) => real === root || real.startsWith(`${root}${sep}`)) ? real : undefined;
    } catch {
      return undefined;
    }
  }

  const files = new Map<string, boolean>();

  function isFile(path: string): boolean {
    let known = files.get(path);
    if (known === undefined) files.set(path, (known = lookForFile(path)));
    return known;
  }

  function lookForFile(path: string): boolean {
    const status = statSync(path, { throwIfNoEntry: false });
    return status?.isFile() === true && status.size <= longestFileBytes && inside(path) !== undefined;
  }

  function isFolder(path: string): boolean {
    const real = inside(path);
    return real !== undefined && statSync(real, { throwIfNoEntry: false })?.isDirectory() === true;
  }

  function fileExistsSync(path: string): boolean {
    const isThere = isFile(path);
    questions.note("file", path, String(isThere));
    return isThere;
  }

  function directoryExistsSync(path: string): boolean {
    const isThere = isFolder(path);
    questions.note("folder", path, String(isThere));
    return isThere;
  }

  function readFileWithin(path: string): string {
    if (!isFile(path)) {
      questions.note("text", path, "");
      throw Object.assign(new Error(`${path} is not part of the source`), { code: "ENOENT" });
    }
    const stamp = stampOf(path);
    const text = readFileSync(path, "utf8");
    questions.note("text", path, digest(text), stamp);
    return text;
  }

  function entriesOf(path: string): Dirent[] {
    return isFolder(path) ? readdirSync(path, { withFileTypes: true }) : [];
  }

  function readDirSync(path: string): RuntimeDirEntry[] {
    const entries = entriesOf(path);
    questions.note("names", path, digestOfNames(entries));
    return entries.map((entry) => ({
      name: join(path, entry.name),
      isFile: entry.isFile(),
      isDirectory: entry.isDirectory(),
      isSymlink: entry.isSymbolicLink(),
    }));
  }

  function sizeOf(path: string): number {
    const size = statSync(path, { throwIfNoEntry: false })?.size ?? 0;
    questions.note("size", path, String(size));
    return size;
  }

  function realpathOf(path: string): string {
    const real = inside(path) ?? path;
    questions.note("real", path, real);
    return real;
  }

  return {
    isCaseSensitive: () => true,
    getCurrentDirectory: () => folders[0]!,
    realpathSync: realpathOf,
    fileExistsSync,
    fileExists: async (path) => fileExistsSync(path),
    directoryExistsSync,
    directoryExists: async (path) => directoryExistsSync(path),
    readFileSync: (path) => readFileWithin(path),
    readFile: async (path) => readFileWithin(path),
    readDirSync,
    sizeOf,
    digestOf: (path) => (isFile(path) ? digest(readFileSync(path, "utf8")) : ""),
    namesIn: (path) => digestOfNames(entriesOf(path)),
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
