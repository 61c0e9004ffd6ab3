import { hash } from "node:crypto";
import { type Dirent, lstatSync, readdirSync, readFileSync, realpathSync, type Stats, statSync } from "node:fs";
import { dirname, join, sep } from "node:path";
import type { FileSystemHost, RuntimeDirEntry } from "@ts-morph/common";
import { FileQuestions } from "../file-questions.js";
import { longestFileBytes } from "../unreadable.js";

/** A file that changed less than this before a look may change again without a new time stamp. */
const unsettledMs = 2_000;

/** Identifies a version of a file without reading it; null if the file does not exist, or has just changed. */
export function stampOf(path: string): string | null {
  const status = statSync(path, { throwIfNoEntry: false });
  return status === undefined ? null : stampFrom(status);
}

function stampFrom(status: Stats): string | null {
  if (Date.now() - Math.max(status.mtimeMs, status.ctimeMs) < unsettledMs) return null;
  return `${status.dev} ${status.ino} ${status.size} ${status.mtimeMs} ${status.ctimeMs}`;
}

/** What is known about a path before it is read. */
interface Look {
  isFile: boolean;
  isFolder: boolean;
  size: number;
  stamp: string | null;
}

const nothingThere: Look = { isFile: false, isFolder: false, size: 0, stamp: null };

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

/** Refuses to write, because the analysis only reads. */
function refuse(): never {
  throw new Error("the source is read-only");
}

export interface SourceFiles extends FileSystemHost {
  /** The size of a file of any kind, in bytes; 0 if it does not exist. */
  sizeOf(path: string): number;
  /** The hash of a text; empty if the path is not a file of the source. */
  digestOf(path: string): string;
  /** The hash of the names in a folder. */
  namesIn(path: string): string;
}

function digest(text: string): string {
  return hash("sha1", text, "base64url");
}

/**
 * The file system that the analysis sees: the given folders and nothing else. A path that leads out of them, by `..`,
 * as an absolute path or through a symbolic link, does not exist. Files above `longestFileBytes` do not exist either. The
 * files must not change meanwhile.
 * @param questions records what is asked
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

  const looks = new Map<string, Look>();
  const insideFolders = new Map<string, boolean>();

  function isFolderInside(folder: string): boolean {
    let known = insideFolders.get(folder);
    if (known === undefined) insideFolders.set(folder, (known = inside(folder) !== undefined));
    return known;
  }

  function lookAt(path: string): Look {
    let known = looks.get(path);
    if (known === undefined) looks.set(path, (known = lookFor(path)));
    return known;
  }

  function lookFor(path: string): Look {
    const own = lstatSync(path, { throwIfNoEntry: false });
    const isLink = own?.isSymbolicLink() === true;
    const status = isLink ? statSync(path, { throwIfNoEntry: false }) : own;
    if (status === undefined) return nothingThere;
    const { size } = status;
    const isInside = isLink || status.isDirectory() ? inside(path) !== undefined : isFolderInside(dirname(path));
    const isFile = status.isFile() && size <= longestFileBytes && isInside;
    return { isFile, isFolder: status.isDirectory() && isInside, size, stamp: stampFrom(status) };
  }

  function isFile(path: string): boolean {
    return lookAt(path).isFile;
  }

  function isFolder(path: string): boolean {
    return lookAt(path).isFolder;
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
    const { stamp } = lookAt(path);
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
    const { size } = lookAt(path);
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
