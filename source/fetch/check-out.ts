import { mkdir } from "node:fs/promises";
import type { Credentials } from "../credentials.js";
import type { ProxyAccess } from "./fetch-proxy.js";
import { giveToFetchUser } from "./fetch-user.js";
import { git, GitError, type GitOptions, gitText } from "./git-command.js";
import { fetchLfsFiles } from "./lfs.js";
import { mostEntries, SourceError, tooLarge } from "../pack/packed.js";
import { commitBranch, parseRemoteRefs, type Resolved, resolveRevision } from "./revision.js";
import { checkedOutRepositories, fetchSubmodules } from "./submodules.js";
import { unreachable, UnreachableError } from "./unreachable.js";

export interface CheckOutInput {
  url: string;
  /** A branch, tag, commit, full ref name or `HEAD`. */
  revision: string;
  /** An empty folder. It is created if it does not exist. */
  folder: string;
  /** How many commits of history to fetch; 0 for all. */
  depth: number;
  credentials: Credentials | null;
  /** The proxy access for every server, if access is restricted. */
  exit?: Pick<ProxyAccess, "url" | "connector"> | undefined;
  /** The limit for all files of the commit together. */
  limitBytes?: number;
  /** The largest file that git may write. */
  largestFileBytes?: number;
  stop?: AbortSignal | undefined;
}

export interface CheckedOut {
  commit: string;
  /** The branch under which the history of its tests is kept. */
  branch: string;
  /** How an ambiguous revision was understood; null if it was not ambiguous. */
  note: string | null;
}

const fetched = "refs/holdfast/fetched";
/** Errors of servers that support no shallow fetch, or no fetch by commit id, but may support a full fetch. */
const mayGiveWhole = /shallow|unadvertised|not our ref|couldn't find remote ref|does not support|cannot fetch by id/i;
const noRefs = "this address lists no branch and no tag";
/** The limit for a silent transfer that does not use HTTP. For HTTP, git has its own limit. */
const silentMs = 60_000;

/** A repository on this machine's disk can have submodules on the disk too. Other repositories may not read the disk. */
function isOnDisk(url: string): boolean {
  return url.startsWith("file:") || url.startsWith("/");
}

function patience(url: string): { silentMs?: number } {
  return /^https?:/i.test(url) || isOnDisk(url) ? {} : { silentMs };
}

/**
 * Checks a revision of a repository out into a folder, with its submodules and LFS files.
 * @throws UnreachableError if it cannot be fetched now
 * @throws SourceError `user/unknown-revision` if the server answers and says that it has no such revision
 */
export async function checkOut(input: CheckOutInput): Promise<CheckedOut> {
  const { url, revision, folder, credentials, stop } = input;
  if (url.startsWith("-") || revision.startsWith("-"))
    throw new SourceError("user/unknown-revision", `${url} at ${revision} is not a repository and revision`);
  await mkdir(folder, { recursive: true });
  // git:// and ssh need programs and keys of this process's user.
  if (/^https?:/i.test(url)) giveToFetchUser(folder);
  const options: GitOptions = {
    folder,
    stop,
    isRemote: !isOnDisk(url),
    exit: input.exit,
    ...(input.largestFileBytes === undefined ? {} : { largestFileBytes: input.largestFileBytes }),
    ...(credentials === null ? {} : { credentials: { url, value: credentials } }),
  };
  const transfer = { ...options, ...patience(url) };
  const list = () =>
    gitText(["ls-remote", "--quiet", "--symref", "--", url], transfer).catch((error: unknown) => {
      throw unreachable(url, error);
    });
  let listed = await list();
  // An empty list says nothing about this revision, because a login page results in one too.
  if (listed === "") throw new UnreachableError(`${url}: ${noRefs}`, noRefs);
  // Over plain HTTP, git leaves `HEAD` out without an error when the server does not answer for it.
  if (["HEAD", "@"].includes(revision) && !parseRemoteRefs(listed).ids.has("HEAD")) listed = (await list()) || listed;
  const resolved = resolveRevision(revision, parseRemoteRefs(listed));
  if (resolved.kind === "unknown") throw unknownRevision(url, revision);
  const idLength = /^[0-9a-f]{40,64}(?=\t)/m.exec(listed)?.[0].length;
  await git(["init", "--quiet", `--object-format=${idLength === 64 ? "sha256" : "sha1"}`, folder], {
    folder,
    stop,
  });
  await git(["remote", "add", "origin", url], { folder, stop });
  const name = await fetchRevision(input, resolved, transfer);
  const commit = await gitText(["rev-parse", "--verify", "--quiet", `${name}^{commit}`], { folder, stop }).catch(
    (error: unknown) => {
      throw error instanceof GitError ? unknownRevision(url, revision) : error;
    },
  );
  await assertSize(folder, commit, input.limitBytes ?? Infinity, stop);
  await git(["-c", "advice.detachedHead=false", "checkout", "--quiet", "--force", commit], { ...options, folder });
  await fetchSubmodules({ ...transfer, folder });
  for (const inner of await checkedOutRepositories(folder)) await fetchLfsFiles(url, { ...options, folder: inner });
  return resolved.kind === "ref"
    ? { commit, branch: resolved.branch, note: resolved.note }
    : { commit, branch: commitBranch(commit), note: null };
}

/** Checks the size before anything is written, because a small tree can contain the same large file many times. */
async function assertSize(
  folder: string,
  commit: string,
  limitBytes: number,
  stop: AbortSignal | undefined,
): Promise<void> {
  if (limitBytes === Infinity) return;
  const listed = await git(["ls-tree", "-r", "-l", "-z", commit], { folder, stop });
  let [bytes, files] = [0, 0];
  for (let start = 0; start < listed.length; files++) {
    const end = listed.indexOf(0, start);
    const tab = listed.indexOf(9, start);
    bytes += Number(/(\d+)$/.exec(listed.toString("latin1", start, tab))?.[1] ?? 0);
    start = end < 0 ? listed.length : end + 1;
    if (bytes > limitBytes) throw tooLarge(limitBytes);
    if (files > mostEntries)
      throw new SourceError("user/source-too-large", `the source has more than ${mostEntries} files`);
  }
}

/** Fetches a ref or commit. @returns its name in the local repository */
async function fetchRevision(
  { url, revision, depth }: CheckOutInput,
  resolved: Exclude<Resolved, { kind: "unknown" }>,
  options: GitOptions,
): Promise<string> {
  const fetch = (args: string[]) => git(["fetch", "--progress", "--no-write-fetch-head", ...args], options);
  const shallow = depth === 0 ? [] : [`--depth=${depth}`];
  const wanted = resolved.kind === "ref" ? resolved.ref : resolved.isWhole ? resolved.id : null;
  if (wanted !== null) {
    const isFetched = await fetch([...shallow, "--", url, `+${wanted}:${fetched}`]).then(
      () => true,
      (error: unknown) => {
        if (error instanceof GitError && mayGiveWhole.test(error.stderr)) return false;
        throw unreachable(url, error);
      },
    );
    if (isFetched) return fetched;
  }
  // Some servers support no shallow fetch (the dumb HTTP protocol), or no fetch by commit id.
  const fetchWhole = (...refspecs: string[]) =>
    fetch(["--", url, ...refspecs]).catch((error: unknown) => {
      throw unreachable(url, error);
    });
  if (resolved.kind === "ref") {
    await fetchWhole(`+${resolved.ref}:${fetched}`);
    return fetched;
  }
  // Branches and tags come first, because there can be many other refs, such as those of pull requests.
  for (const refspecs of [
    ["+refs/heads/*:refs/remotes/origin/*", "+refs/tags/*:refs/tags/*"],
    ["+refs/*:refs/all/*"],
  ]) {
    await fetchWhole(...refspecs);
    const commit = await gitText(["rev-parse", "--verify", "--quiet", `${resolved.id}^{commit}`], options).catch(
      (error: unknown) => {
        if (error instanceof GitError) return null;
        throw error;
      },
    );
    if (commit !== null) return commit;
  }
  throw unknownRevision(url, revision);
}

function unknownRevision(url: string, revision: string): SourceError {
  return new SourceError("user/unknown-revision", `${url} has no revision ${revision}`);
}
