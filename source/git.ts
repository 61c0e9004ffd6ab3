import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { SourceError } from "./packed.js";

const execute = promisify(execFile);

/** The repository did not answer. Trying again later can help. */
export class UnreachableError extends Error {
  override name = "UnreachableError";
}

/**
 * Checks a revision of a repository out into an empty folder, without its history. Returns the commit.
 * @throws UnreachableError if the repository does not answer
 * @throws SourceError `user/unknown-revision` if it answers and has no such revision
 */
export async function checkOut(url: string, revision: string, folder: string): Promise<string> {
  if (url.startsWith("-") || revision.startsWith("-"))
    throw new SourceError("user/unknown-revision", `${url} at ${revision} is not a repository and revision`);
  await git(["ls-remote", "--quiet", "--heads", "--", url]).catch(unreachable(url));
  await git(["init", "--quiet", folder]);
  const inFolder = (args: string[]) => git(["-C", folder, ...args]);
  const isShallow = await inFolder(["fetch", "--quiet", "--depth=1", "--", url, revision]).then(
    () => true,
    () => false,
  );
  if (!isShallow)
    await inFolder(["fetch", "--quiet", "--tags", "--", url, "+refs/heads/*:refs/remotes/origin/*"]).catch(
      unreachable(url),
    );
  const wanted = isShallow ? "FETCH_HEAD" : `${revision}^{commit}`;
  const commit = await inFolder(["rev-parse", "--verify", "--quiet", wanted]).catch(() => {
    throw new SourceError("user/unknown-revision", `${url} has no revision ${revision}`);
  });
  await inFolder(["-c", "advice.detachedHead=false", "checkout", "--quiet", commit.trim()]);
  return commit.trim();
}

async function git(args: string[]): Promise<string> {
  const env = {
    ...process.env,
    GIT_TERMINAL_PROMPT: "0",
    GIT_ALLOW_PROTOCOL: "file:git:http:https:ssh",
    GIT_SSH_COMMAND: "ssh -oBatchMode=yes",
  };
  const { stdout } = await execute("git", args, { env, timeout: 10 * 60_000, maxBuffer: 2 ** 26 });
  return stdout;
}

function unreachable(url: string) {
  return (error: unknown): never => {
    throw new UnreachableError(
      `${url} does not answer: ${firstLine((error as { stderr?: string }).stderr ?? String(error))}`,
      { cause: error },
    );
  };
}

function firstLine(text: string): string {
  return text.trim().split("\n")[0] ?? "";
}
