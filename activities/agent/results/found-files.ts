import { constants } from "node:fs";
import { type FileHandle, open, readdir, readlink, realpath } from "node:fs/promises";
import { join } from "node:path";
import { matchFiles } from "../../../domain/results/glob.js";

/** The limit of folder entries that are read. A test may leave any number of them. */
const mostEntries = 200_000;

/** A file that a test has left, by its path below the root, with `/`. */
export interface FoundFile {
  path: string;
  bytes: number;
  /** Changes whenever the file is written, even if the test sets its modification time. */
  stamp: string;
}

export interface FoundFiles {
  /** By path. */
  files: FoundFile[];
  /** Globs that matched nothing. */
  unused: string[];
  /** Whether there are more entries than the limit. */
  isCut: boolean;
  /** Files with a name that cannot be kept, because it is not UTF-8. */
  unreadable: string[];
}

/**
 * The plain files below a folder that globs match (see `matchFiles`). Symbolic links are neither followed nor found.
 */
export async function findFiles(root: string, globs: readonly string[]): Promise<FoundFiles> {
  const files: FoundFile[] = [];
  const unreadable: string[] = [];
  const matcher = matchFiles(globs);
  let entries = 0;

  async function visit(folder: string): Promise<void> {
    const names = await readdir(join(root, folder), { withFileTypes: true }).catch(() => []);
    for (const entry of names.sort((left, right) => (left.name < right.name ? -1 : 1))) {
      if (++entries > mostEntries) return;
      const path = folder === "" ? entry.name : `${folder}/${entry.name}`;
      if (entry.isDirectory() && matcher.leads(path)) await visit(path);
      else if (entry.isFile() && matcher.isWanted(path)) {
        const file = await describe(root, path);
        if (file !== undefined) files.push(file);
        else if (path.includes("\ufffd")) unreadable.push(path);
      }
    }
  }

  await visit("");
  return { files, unused: matcher.unused(), unreadable, isCut: entries > mostEntries };
}

async function describe(root: string, path: string): Promise<FoundFile | undefined> {
  const file = await openInside(root, path);
  if (file === undefined) return undefined;
  try {
    const { size, ino, ctimeNs } = await file.stat({ bigint: true });
    return { path, bytes: Number(size), stamp: `${ino}:${ctimeNs}` };
  } finally {
    await file.close();
  }
}

/**
 * Opens a plain file below a folder for reading. Returns undefined if it does not exist, is not a plain file, or is reached
 * through a symbolic link.
 * @param root a real path, because the test may have replaced the folder with a link since
 */
export async function openInside(root: string, path: string): Promise<FileHandle | undefined> {
  const { O_RDONLY, O_NOFOLLOW, O_NONBLOCK } = constants;
  const file = await open(join(root, path), O_RDONLY | O_NOFOLLOW | O_NONBLOCK).catch(() => undefined);
  if (file === undefined) return undefined;
  try {
    const isPlain = (await file.stat()).isFile();
    // A folder on the way may be a link, or may have become one. Therefore this checks the path of the opened file.
    const opened = await readlink(`/proc/self/fd/${file.fd}`).catch(() => realpath(join(root, path)));
    if (isPlain && opened === join(root, path)) return file;
  } catch {
    // The file was removed in the meantime.
  }
  await file.close();
  return undefined;
}
