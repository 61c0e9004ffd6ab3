import { execFile } from "node:child_process";
import { lstat, readdir, readFile, realpath, stat } from "node:fs/promises";
import { join, relative, sep } from "node:path";
import { promisify } from "node:util";
import ignore, { type Ignore } from "ignore";
import { create } from "tar";
import { SourceError } from "./packed.js";

const execute = promisify(execFile);

/**
 * Packs a working tree as it is, without what git ignores, into a gzipped tar that depends on its files alone.
 * @throws SourceError if the folder is not there, is empty, or holds a link that leads out of it.
 */
export async function packFolder(folder: string): Promise<Buffer> {
  const found = await stat(folder).catch(() => undefined);
  if (found === undefined) throw new SourceError("user/wrong-source", `${folder} is not there`);
  if (!found.isDirectory()) throw new SourceError("user/wrong-source", `${folder} is not a folder`);
  const root = await realpath(folder);
  const files = (await listedByGit(root)) ?? (await listedByWalking(root));
  const present: string[] = [];
  for (const file of files.sort()) {
    if (await belongs(root, file)) present.push(file);
  }
  if (present.length === 0) throw new SourceError("user/wrong-source", `${folder} holds no files`);
  const pieces: Buffer[] = [];
  const pack = create(
    { cwd: root, gzip: true, portable: true, noDirRecurse: true, mtime: new Date(0) },
    present.map((file) => `./${file}`),
  );
  for await (const piece of pack) pieces.push(piece);
  return Buffer.concat(pieces);
}

/** The files of a git work tree, changed and new ones included; undefined where there is none. */
async function listedByGit(root: string): Promise<string[] | undefined> {
  try {
    const { stdout } = await execute(
      "git",
      ["-C", root, "ls-files", "--cached", "--others", "--exclude-standard", "-z"],
      { maxBuffer: 2 ** 28 },
    );
    return [...new Set(stdout.split("\0").filter((file) => file !== ""))];
  } catch {
    return undefined;
  }
}

async function listedByWalking(root: string): Promise<string[]> {
  const files: string[] = [];
  const visit = async (folder: string, rules: { below: string; ignores: Ignore }[]): Promise<void> => {
    const own = await readFile(join(root, folder, ".gitignore"), "utf8").catch(() => undefined);
    const all = own === undefined ? rules : [...rules, { below: folder, ignores: ignore().add(own) }];
    for (const entry of await readdir(join(root, folder), { withFileTypes: true })) {
      if (entry.name === ".git") continue;
      const path = folder === "" ? entry.name : `${folder}/${entry.name}`;
      const shown = entry.isDirectory() ? `${path}/` : path;
      if (all.some(({ below, ignores }) => ignores.ignores(below === "" ? shown : shown.slice(below.length + 1))))
        continue;
      if (entry.isDirectory()) await visit(path, all);
      else files.push(path);
    }
  };
  await visit("", []);
  return files;
}

/** Whether a listed file is part of the source. Deleted files, sockets and submodules are not. */
async function belongs(root: string, file: string): Promise<boolean> {
  const status = await lstat(join(root, file)).catch(() => undefined);
  if (status === undefined) return false;
  if (!status.isSymbolicLink()) return status.isFile();
  const target = await realpath(join(root, file)).catch(() => undefined);
  if (target === undefined || relative(root, target).split(sep)[0] === "..") {
    throw new SourceError("user/wrong-source", `${file}: the link leads out of the source, or to nothing`);
  }
  return true;
}
