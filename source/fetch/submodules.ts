import { existsSync } from "node:fs";
import { join } from "node:path";
import { firstLine, git, GitError, type GitOptions, gitText } from "./git-command.js";
import { SourceError } from "../pack/packed.js";
import { unreachable } from "./unreachable.js";

/** git's errors for a repository that exists but lacks the commit. */
const wrongSource =
  /did not contain [0-9a-f]+|Unable to find current revision|No url found for submodule path|not our ref|transport '.*' not allowed/i;

/**
 * Fetches the submodules of a checked-out repository, including nested ones.
 * @throws UnreachableError if one cannot be fetched now
 * @throws SourceError if one names a commit that its repository does not have
 */
export async function fetchSubmodules(options: GitOptions & { folder: string }): Promise<void> {
  if (!existsSync(join(options.folder, ".gitmodules"))) return;
  const update = (...more: string[]) =>
    git(["submodule", "update", "--progress", "--init", "--recursive", "--force", ...more], options);
  // Some servers support no shallow fetch, or no fetch of a commit that no branch points to.
  await update("--depth=1")
    .catch(() => update("--no-recommend-shallow"))
    .catch((error: unknown) => {
      if (!(error instanceof GitError)) throw error;
      const named = /submodule path '([^']+)'/.exec(error.stderr)?.[1] ?? "of this repository";
      const path = named.replace(`${options.folder}/`, "");
      if (wrongSource.test(error.stderr))
        throw new SourceError("user/wrong-source", `submodule ${path}: ${firstLine(error.stderr)}`);
      throw unreachable(`submodule ${path}`, error);
    });
}

/**
 * The folders of a checked-out repository and of all submodules in it.
 * @throws SourceError naming a submodule whose folder is empty
 */
export async function checkedOutRepositories(root: string, below = ""): Promise<string[]> {
  const folder = join(root, below);
  const found = [folder];
  for (const line of (await gitText(["ls-files", "--stage", "-z"], { folder })).split("\0")) {
    if (!line.startsWith("160000 ")) continue;
    const path = join(below, line.slice(line.indexOf("\t") + 1));
    if (!existsSync(join(root, path, ".git")))
      throw new SourceError(
        "user/wrong-source",
        `submodule ${path}: .gitmodules gives no address for it, or says not to fetch it`,
      );
    found.push(...(await checkedOutRepositories(root, path)));
  }
  return found;
}
