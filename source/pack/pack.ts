import { isUtf8 } from "node:buffer";
import { spawn } from "node:child_process";
import { mkdtemp, readdir, realpath, rm, stat } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { gzip } from "node:zlib";
import { create } from "tar";
import { firstLine, GitError } from "../fetch/git-command.js";
import { commitOf, copyHistory } from "../fetch/history.js";
import { refuseLfsPointers } from "../fetch/lfs.js";
import { type Listing, listAll, listWorkingTree, keepExisting } from "./listing.js";
import { SourceError } from "./packed.js";
import { checkedOutRepositories } from "../fetch/submodules.js";

export interface PackedFolder {
  /** A gzipped tar that depends only on the files. */
  content: Buffer;
  /** Paths that .gitignore excludes. An excluded folder is one entry, which ends with `/`. */
  ignored: string[];
  /** Other things that the submitter should know. */
  notes: string[];
}

/** How many commits of history a source includes by default. */
export const defaultDepth = 50;

/** The tar format ends with two empty blocks. */
const endBytes = 1_024;

/**
 * Packs a working tree as it is, without the files that git ignores. If it is the root of a repository, its last commits and
 * their tags are included.
 * @param depth how many commits; 0 for all, null for none
 * @throws SourceError if the folder does not exist, is empty, or holds something that cannot be part of a source
 */
export async function packWorkingTree(folder: string, depth: number | null): Promise<PackedFolder> {
  const root = await rootOf(folder);
  const listing = await listWorkingTree(root);
  const commit = depth === null ? undefined : await commitOf(root);
  for (const repository of await repositoriesOf(root)) await refuseLfsPointers(repository);
  return pack(root, listing, { commit, depth, scratch: tmpdir(), limitBytes: Infinity });
}

/** The repository of a folder and its submodules; empty if git finds no repository. */
async function repositoriesOf(root: string): Promise<string[]> {
  return checkedOutRepositories(root).catch((error: unknown) => {
    if (error instanceof SourceError) throw error;
    return [];
  });
}

export interface PackOptions {
  /** The commit whose history is included; undefined for none. */
  commit: string | undefined;
  /** How many commits of it; 0 for all, null for none. */
  depth: number | null;
  /** A folder for temporary files. */
  scratch: string;
  /** More bytes than this are refused before they are read. */
  limitBytes: number;
}

/** Packs a whole repository that was just checked out, including its submodules. @throws SourceError */
export async function packCheckOut(folder: string, options: PackOptions): Promise<PackedFolder> {
  const root = await rootOf(folder);
  return pack(root, await listAll(root), options);
}

/** Packs only the files of a working tree, without history. @throws SourceError like `packWorkingTree` */
export async function packFolder(folder: string): Promise<Buffer> {
  return (await packWorkingTree(folder, null)).content;
}

async function pack(
  root: string,
  { files, ignored }: Listing,
  { commit, depth, scratch, limitBytes }: PackOptions,
): Promise<PackedFolder> {
  const kept = (await keepExisting(root, files, limitBytes)).sort((left, right) => left.compare(right));
  if (kept.length === 0) throw new SourceError("user/wrong-source", `${root} holds no files`);
  const notes: string[] = [];
  const parts = [await tarOf(root, kept)];
  if (commit !== undefined && depth !== null) {
    const stage = await mkdtemp(join(scratch, "holdfast-history-"));
    try {
      if (await copyHistory(root, commit, depth, stage)) parts.push(await tarOf(stage, await everythingBelow(stage)));
      else notes.push("the history is too large to include; --depth takes fewer commits");
    } catch (error) {
      if (!(error instanceof GitError)) throw error;
      notes.push(`the history is not included: ${firstLine(error.stderr)}`);
    } finally {
      await rm(stage, { recursive: true, force: true });
    }
  }
  const whole = parts.map((part, index) => (index < parts.length - 1 ? withoutEnd(part) : part));
  return { content: await promisify(gzip)(Buffer.concat(whole)), ignored, notes };
}

async function rootOf(folder: string): Promise<string> {
  const found = await stat(folder).catch(() => undefined);
  if (found === undefined) throw new SourceError("user/wrong-source", `${folder} is not there`);
  if (!found.isDirectory()) throw new SourceError("user/wrong-source", `${folder} is not a folder`);
  return realpath(folder);
}

async function tarOf(root: string, files: readonly Buffer[]): Promise<Buffer> {
  // The tar library writes only names in UTF-8.
  if (!files.every((file) => isUtf8(file))) return tarOfBytes(root, files);
  const pieces: Buffer[] = [];
  const archive = create(
    { cwd: root, portable: true, noDirRecurse: true, mtime: new Date(0), linkCache: new NoHardLinks() },
    files.map((file) => `./${file.toString("utf8")}`),
  );
  for await (const piece of archive) pieces.push(piece);
  return Buffer.concat(pieces);
}

/** Packs each hard link as a separate file, because a link could lead elsewhere on the machine that unpacks it. */
class NoHardLinks extends Map<`${number}:${number}`, string> {
  override get(): undefined {
    return undefined;
  }
}

/** Does the same with the system's tar, which keeps names as they are. */
async function tarOfBytes(root: string, files: readonly Buffer[]): Promise<Buffer> {
  const fixed = [
    "--format=gnu",
    "--mtime=@0",
    "--owner=0",
    "--group=0",
    "--numeric-owner",
    "--hard-dereference",
    "--mode=u+rw,go-w",
  ];
  const list = ["--no-recursion", "--null", "--verbatim-files-from", "--files-from=-"];
  const child = spawn("tar", ["--create", "--file=-", ...fixed, ...list], {
    cwd: root,
    stdio: ["pipe", "pipe", "pipe"],
  });
  const zero = Buffer.from([0]);
  child.stdin.on("error", () => undefined).end(Buffer.concat(files.flatMap((file) => [Buffer.from("./"), file, zero])));
  const [output, errors]: [Buffer[], Buffer[]] = [[], []];
  child.stdout.on("data", (piece: Buffer) => output.push(piece));
  child.stderr.on("data", (piece: Buffer) => errors.push(piece));
  const code = await new Promise<number | null>((resolve, reject) => child.on("error", reject).on("close", resolve));
  if (code !== 0)
    throw new SourceError("user/wrong-source", `tar cannot pack ${root}: ${Buffer.concat(errors).toString("utf8")}`);
  return Buffer.concat(output);
}

/** All files and folders. Empty folders count, because git recognizes a repository only if it has a folder `refs`. */
async function everythingBelow(root: string): Promise<Buffer[]> {
  const names = await readdir(root, { recursive: true });
  return names.map((name) => Buffer.from(name)).sort((left, right) => left.compare(right));
}

/** Removes the end of an archive, so another archive can follow. Removes all empty blocks, because GNU tar pads archives. */
function withoutEnd(archive: Buffer): Buffer {
  let end = archive.length;
  while (end >= endBytes / 2 && archive.subarray(end - endBytes / 2, end).every((byte) => byte === 0))
    end -= endBytes / 2;
  return archive.subarray(0, end);
}
