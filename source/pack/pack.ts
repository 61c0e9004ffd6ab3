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
import { type Listing, listAll, listWorkingTree, present } from "./listing.js";
import { SourceError } from "./packed.js";
import { checkedOutRepositories } from "../fetch/submodules.js";

export interface PackedFolder {
  /** A gzipped tar that depends on the files alone. */
  content: Buffer;
  /** What .gitignore left out; a folder counts once and ends with `/`. */
  ignored: string[];
  /** What else the submitter should know. */
  notes: string[];
}

/** How many commits come along where nothing is said. */
export const defaultDepth = 50;

/** The tar format ends with two empty blocks. */
const endBytes = 1_024;

/**
 * Packs a working tree as it is, without what git ignores. Where it is the root of a repository, its last commits and
 * their tags come along.
 * @param depth how many commits; 0 for all, null for none
 * @throws SourceError if the folder is not there, is empty, or holds something that cannot be part of a source
 */
export async function packWorkingTree(folder: string, depth: number | null): Promise<PackedFolder> {
  const root = await rootOf(folder);
  const listing = await listWorkingTree(root);
  const commit = depth === null ? undefined : await commitOf(root);
  for (const repository of await repositoriesOf(root)) await refuseLfsPointers(repository);
  return pack(root, listing, { commit, depth, scratch: tmpdir(), limitBytes: Infinity });
}

/** The repository of a folder and its submodules; none where git knows of none. */
async function repositoriesOf(root: string): Promise<string[]> {
  return checkedOutRepositories(root).catch((error: unknown) => {
    if (error instanceof SourceError) throw error;
    return [];
  });
}

export interface PackOptions {
  /** The commit whose history comes along; undefined for none. */
  commit: string | undefined;
  /** How many commits of it; 0 for all, null for none. */
  depth: number | null;
  /** A folder for what is made on the way. */
  scratch: string;
  /** More bytes than this are refused before they are read. */
  limitBytes: number;
}

/** Packs a repository that was just checked out: all of it, its submodules included. @throws SourceError */
export async function packCheckOut(folder: string, options: PackOptions): Promise<PackedFolder> {
  const root = await rootOf(folder);
  return pack(root, await listAll(root), options);
}

/** The files of a working tree alone. @throws SourceError as `packWorkingTree` */
export async function packFolder(folder: string): Promise<Buffer> {
  return (await packWorkingTree(folder, null)).content;
}

async function pack(
  root: string,
  { files, ignored }: Listing,
  { commit, depth, scratch, limitBytes }: PackOptions,
): Promise<PackedFolder> {
  const kept = (await present(root, files, limitBytes)).sort((left, right) => left.compare(right));
  if (kept.length === 0) throw new SourceError("user/wrong-source", `${root} holds no files`);
  const notes: string[] = [];
  const parts = [await tarOf(root, kept)];
  if (commit !== undefined && depth !== null) {
    const stage = await mkdtemp(join(scratch, "holdfast-history-"));
    try {
      if (await copyHistory(root, commit, depth, stage)) parts.push(await tarOf(stage, await everythingBelow(stage)));
      else notes.push("the history is too large to come along; --depth takes fewer commits");
    } catch (error) {
      if (!(error instanceof GitError)) throw error;
      notes.push(`the history does not come along: ${firstLine(error.stderr)}`);
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
  // The library writes names in UTF-8 only.
  if (!files.every((file) => isUtf8(file))) return tarOfBytes(root, files);
  const pieces: Buffer[] = [];
  const archive = create(
    { cwd: root, portable: true, noDirRecurse: true, mtime: new Date(0), linkCache: new NoHardLinks() },
    files.map((file) => `./${file.toString("utf8")}`),
  );
  for await (const piece of archive) pieces.push(piece);
  return Buffer.concat(pieces);
}

/** Packs each name of a file as a file: where a source is unpacked, a link could lead elsewhere. */
class NoHardLinks extends Map<`${number}:${number}`, string> {
  override get(): undefined {
    return undefined;
  }
}

/** The same by the system's tar, which takes names as they are. */
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

/** Files and folders: git takes a folder without an empty `refs` for no repository. */
async function everythingBelow(root: string): Promise<Buffer[]> {
  const names = await readdir(root, { recursive: true });
  return names.map((name) => Buffer.from(name)).sort((left, right) => left.compare(right));
}

/** An archive that another one can follow. GNU tar pads its archives, so that all empty blocks at the end go. */
function withoutEnd(archive: Buffer): Buffer {
  let end = archive.length;
  while (end >= endBytes / 2 && archive.subarray(end - endBytes / 2, end).every((byte) => byte === 0))
    end -= endBytes / 2;
  return archive.subarray(0, end);
}
