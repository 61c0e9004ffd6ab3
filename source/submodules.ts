import { existsSync } from "node:fs";
import { join } from "node:path";
import { git, GitError, firstLine, type GitOptions } from "./git-command.js";
import { SourceError } from "./packed.js";
import { unreachable } from "./unreachable.js";

/** What git says when a repository is there and the commit that the source names is not in it. */
const wrongSource =
  /did not contain [0-9a-f]+|Unable to find current revision|No url found for submodule path|not our ref/i;

/**
 * Fetches the submodules of a checked-out repository, nested ones too.
 * @throws UnreachableError if one cannot be fetched now
 * @throws SourceError if one names a commit that its repository does not have
 */
export async function fetchSubmodules(url: string, options: GitOptions & { folder: string }): Promise<void> {
  if (!existsSync(join(options.folder, ".gitmodules"))) return;
  // A repository on this machine's disk may have its submodules there too; others may not reach into the disk.
  const settings = url.startsWith("file:") ? ["protocol.file.allow=always"] : [];
  const update = (...more: string[]) =>
    git(["submodule", "--quiet", "update", "--init", "--recursive", "--force", ...more], { ...options, settings });
  // Not every server gives a shallow history, or a commit that no branch points to.
  await update("--depth=1")
    .catch(() => update())
    .catch((error: unknown) => {
      if (!(error instanceof GitError)) throw error;
      const path = /submodule path '([^']+)'/.exec(error.stderr)?.[1] ?? "of this repository";
      if (wrongSource.test(error.stderr))
        throw new SourceError("user/wrong-source", `submodule ${path}: ${firstLine(error.stderr)}`);
      throw unreachable(`submodule ${path}`, error);
    });
}
