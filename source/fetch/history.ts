import { constants } from "node:fs";
import { lstat, open, readdir, rm } from "node:fs/promises";
import { join } from "node:path";
import { shareFetchUser } from "./fetch-user.js";
import { git, gitText } from "./git-command.js";

/** The limit for copied history. Tests rarely need more, and every machine would have to fetch it. */
const mostHistoryBytes = 64 * 2 ** 20;
/** Files that differ each time, or are of no use in a workspace. */
const leftOut = ["hooks", "logs", "info", "branches", "description", "FETCH_HEAD", "ORIG_HEAD"];

/** The commit that is checked out in a folder; undefined if the folder is not the root of a working tree. */
export async function commitOf(folder: string): Promise<string | undefined> {
  const [top, commit] = await Promise.all([
    gitText(["rev-parse", "--show-toplevel"], { folder }).catch(() => undefined),
    gitText(["rev-parse", "--verify", "--quiet", "HEAD^{commit}"], { folder }).catch(() => undefined),
  ]);
  return top === folder ? commit : undefined;
}

/**
 * Creates a repository in `into/.git` with the last commits of another one and their tags, so `git describe` works in a
 * workspace. It has no remote, no hooks and no settings of the original. The same commits give the same bytes.
 * @param depth number of commits; 0 for all
 * @returns whether it was created; false if the history is too large
 */
export async function copyHistory(folder: string, commit: string, depth: number, into: string): Promise<boolean> {
  const options = { folder: into, settings: ["pack.threads=1", "core.logAllRefUpdates=false", "fetch.unpackLimit=1"] };
  const run = (...args: string[]) => git(args, options);
  shareFetchUser(into, folder);
  const format = await gitText(["rev-parse", "--show-object-format"], { folder });
  await git(["init", "--quiet", "--template=", "--initial-branch=main", `--object-format=${format}`, into], {
    folder: into,
  });
  const shallow = depth === 0 ? [] : [`--depth=${depth}`];
  const from = ["--upload-pack=git -c uploadpack.allowAnySHA1InWant=true upload-pack", folder];
  await git(
    ["fetch", "--quiet", "--no-write-fetch-head", ...shallow, ...from, `+${commit}:refs/holdfast/head`],
    options,
  );
  await run("update-ref", "--no-deref", "HEAD", commit);
  await run("update-ref", "-d", "refs/holdfast/head");
  await run("repack", "-a", "-d", "-F", "--quiet");
  await run("pack-refs", "--all");
  // This index contains no times of files, so git compares their contents on first use.
  await run("read-tree", "HEAD");
  const own = join(into, ".git");
  for (const name of leftOut) await rm(join(own, name), { recursive: true, force: true });
  await sortLines(join(own, "shallow"));
  if ((await sizeOf(own)) <= mostHistoryBytes) return true;
  await rm(own, { recursive: true });
  return false;
}

/** Does not follow a link, because git may have run as another user in this folder. */
async function sortLines(path: string): Promise<void> {
  const file = await open(path, constants.O_RDWR | constants.O_NOFOLLOW).catch(() => undefined);
  if (file === undefined) return;
  const text = await file.readFile("utf8");
  await file.truncate();
  await file.write(`${text.trim().split("\n").sort().join("\n")}\n`, 0);
  await file.close();
}

async function sizeOf(folder: string): Promise<number> {
  const names = await readdir(folder, { recursive: true });
  const sizes = await Promise.all(names.map(async (name) => (await lstat(join(folder, name))).size));
  return sizes.reduce((sum, size) => sum + size, 0);
}
