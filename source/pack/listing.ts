import { isUtf8 } from "node:buffer";
import { lstat, readdir, readFile, readlink } from "node:fs/promises";
import { dirname, join } from "node:path";
import ignore, { type Ignore } from "ignore";
import { git, GitError } from "../fetch/git-command.js";
import { linkProblem } from "./link.js";
import { SourceError, tooLarge } from "./packed.js";

/** The files of a source, relative to its root. Names are bytes: a file system does not promise UTF-8. */
export interface Listing {
  files: Buffer[];
  /** Paths that .gitignore excludes. An excluded folder is one entry, which ends with `/`. */
  ignored: string[];
}

const slash = Buffer.from("/");
const newline = 0;

/** Every file of a folder, including nested repositories, but without git's own data. */
export async function listAll(root: string): Promise<Listing> {
  return walk(root, Buffer.alloc(0), false);
}

/**
 * The files of a working tree, including new and changed ones, without those that git ignores. Submodules and nested
 * repositories are listed by their own rules.
 * @throws SourceError that names a submodule that is not checked out
 */
export async function listWorkingTree(root: string): Promise<Listing> {
  return (await listByGit(root)) ?? walk(root, Buffer.alloc(0), true);
}

/** Undefined if git is not installed, or if the folder is not in a repository. */
async function listByGit(root: string): Promise<Listing | undefined> {
  const list = async (...args: string[]) =>
    split(await git(["ls-files", "--exclude-standard", "-z", ...args], { folder: root }));
  try {
    const [own, stages, ignored] = await Promise.all([
      list("--cached", "--others"),
      list("--stage"),
      list("--others", "--ignored", "--directory"),
    ]);
    const submodules = stages.filter((line) => line.toString("latin1").startsWith("160000 ")).map(afterTab);
    const nested = own.filter((name) => name.at(-1) === slash[0]).map((name) => name.subarray(0, -1));
    const listing: Listing = { files: [], ignored: ignored.map((name) => name.toString("utf8")) };
    const inside = new Set([...submodules, ...nested].map((name) => name.toString("latin1")));
    const isFile = (name: Buffer) => name.at(-1) !== slash[0] && !inside.has(name.toString("latin1"));
    listing.files = unique(own.filter(isFile));
    for (const name of submodules) await add(listing, root, name, true);
    for (const name of nested) await add(listing, root, name, false);
    await refuseSpecialFiles(root, listing.files);
    return listing;
  } catch (error) {
    if (error instanceof SourceError) throw error;
    if (error instanceof GitError && /dubious ownership/.test(error.stderr))
      throw new SourceError(
        "user/wrong-source",
        `${root}: this repository belongs to another user, so git does not read it; \`git config --global --add safe.directory ${root}\` allows it`,
      );
    if (error instanceof GitError || (error as NodeJS.ErrnoException).code === "ENOENT") return undefined;
    throw error;
  }
}

/** Adds the files of a repository within the working tree. */
async function add(listing: Listing, root: string, name: Buffer, isSubmodule: boolean): Promise<void> {
  const text = name.toString("utf8");
  const folder = join(root, text);
  const isThere = await lstat(join(folder, ".git")).then(
    () => true,
    () => false,
  );
  if (isSubmodule && !isThere)
    throw new SourceError(
      "user/wrong-source",
      `${text}: this submodule is not checked out; run \`git submodule update --init --recursive\` first`,
    );
  const inner = await listWorkingTree(folder);
  const below = (file: Buffer) => Buffer.concat([name, slash, file]);
  listing.files = [...listing.files, ...inner.files.map(below)];
  listing.ignored.push(...inner.ignored.map((file) => `${text}/${file}`));
}

/** Finds sockets and FIFOs in the folders of listed files, because git does not list them. */
async function refuseSpecialFiles(root: string, files: readonly Buffer[]): Promise<void> {
  const folders = new Set([".", ...files.map((file) => dirname(file.toString("utf8")))]);
  for (const folder of folders) {
    const entries = await readdir(join(root, folder), { withFileTypes: true }).catch(() => []);
    for (const entry of entries) {
      const path = folder === "." ? entry.name : `${folder}/${entry.name}`;
      if (kindOf(entry) !== undefined && !(await isIgnored(root, path))) refuseSpecialFile(entry, path);
    }
  }
}

async function isIgnored(root: string, path: string): Promise<boolean> {
  return git(["check-ignore", "--quiet", "--", path], { folder: root }).then(
    () => true,
    () => false,
  );
}

async function walk(root: string, start: Buffer, heedsIgnore: boolean): Promise<Listing> {
  const listing: Listing = { files: [], ignored: [] };
  const visit = async (folder: Buffer, rules: { below: string; ignores: Ignore }[]): Promise<void> => {
    const text = folder.toString("utf8");
    const own = heedsIgnore ? await readFile(join(root, text, ".gitignore"), "utf8").catch(() => undefined) : undefined;
    const all = own === undefined ? rules : [...rules, { below: text, ignores: ignore().add(own) }];
    const place = folder.length === 0 ? Buffer.from(root) : Buffer.concat([Buffer.from(root), slash, folder]);
    for (const entry of await readdir(place, { withFileTypes: true, encoding: "buffer" })) {
      const name = entry.name as unknown as Buffer;
      if (name.toString("latin1") === ".git") continue;
      const path = folder.length === 0 ? name : Buffer.concat([folder, slash, name]);
      const shown = entry.isDirectory() ? `${path.toString("utf8")}/` : path.toString("utf8");
      const isIgnored = all.some(({ below, ignores }) =>
        ignores.ignores(below === "" ? shown : shown.slice(below.length + 1)),
      );
      if (isIgnored) listing.ignored.push(shown);
      else if (entry.isDirectory()) await visit(path, all);
      else {
        refuseSpecialFile(entry, shown);
        listing.files.push(path);
      }
    }
  };
  await visit(start, []);
  return listing;
}

type Kind = Pick<import("node:fs").Dirent, "isSocket" | "isFIFO" | "isCharacterDevice" | "isBlockDevice">;

function kindOf(entry: Kind): string | undefined {
  if (entry.isSocket()) return "socket";
  if (entry.isFIFO()) return "FIFO";
  return entry.isCharacterDevice() || entry.isBlockDevice() ? "device" : undefined;
}

function refuseSpecialFile(entry: Kind, path: string): void {
  const kind = kindOf(entry);
  if (kind !== undefined) throw new SourceError("user/wrong-source", `${path}: a ${kind} cannot be part of a source`);
}

/**
 * Keeps the files that exist, and links that stay inside.
 * @throws SourceError for a link that leads out of the root, and for more bytes than the limit
 */
export async function keepExisting(root: string, files: readonly Buffer[], limitBytes: number): Promise<Buffer[]> {
  const kept: Buffer[] = [];
  let bytes = 0;
  for (const file of files) {
    const path = isUtf8(file) ? join(root, file.toString("utf8")) : Buffer.concat([Buffer.from(root), slash, file]);
    const status = await lstat(path).catch(() => undefined);
    if (status === undefined) continue;
    if (status.isSymbolicLink()) await assertStaysInside(file.toString("utf8"), path);
    bytes += status.size;
    if (bytes > limitBytes) throw tooLarge(limitBytes);
    kept.push(file);
  }
  return kept;
}

/** A dangling link is allowed if it points inside, because the test may create its target. */
async function assertStaysInside(file: string, path: string | Buffer): Promise<void> {
  const problem = linkProblem(file, await readlink(path, "utf8"));
  if (problem !== undefined) throw new SourceError("user/wrong-source", `${file}: ${problem}`);
}

function split(output: Buffer): Buffer[] {
  const parts: Buffer[] = [];
  for (let start = 0; start < output.length;) {
    const end = output.indexOf(newline, start);
    parts.push(output.subarray(start, end));
    start = end + 1;
  }
  return parts;
}

function afterTab(line: Buffer): Buffer {
  return line.subarray(line.indexOf("\t") + 1);
}

function unique(names: readonly Buffer[]): Buffer[] {
  return [...new Map(names.map((name) => [name.toString("latin1"), name])).values()];
}
