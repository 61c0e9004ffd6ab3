import { constants } from "node:fs";
import { lstat, open } from "node:fs/promises";
import { git, type GitOptions } from "./git-command.js";
import { SourceError } from "../pack/packed.js";
import { unreachable } from "./unreachable.js";

/** The first line of a pointer, which replaces a large file in a repository (Git LFS specification, version 1). */
const pointerStart = "version https://git-lfs.github.com/spec/v1";
const namesShown = 5;

/**
 * Fetches the large files of a checked-out repository with `git lfs`.
 * @throws UnreachableError if they cannot be fetched now
 * @throws SourceError naming them, if this machine has no `git lfs`
 */
export async function fetchLfsFiles(url: string, options: GitOptions & { folder: string }): Promise<void> {
  const pointers = await findLfsPointers(options.folder);
  if (pointers.length === 0) return;
  const hasLfs = await git(["lfs", "version"], options).then(
    () => true,
    () => false,
  );
  if (!hasLfs)
    throw new SourceError(
      "user/wrong-source",
      `${named(pointers)}: stored with Git LFS, which this grid cannot fetch: git-lfs is not installed on it`,
    );
  await git(["lfs", "pull"], options).catch((error: unknown) => {
    throw unreachable(`the Git LFS files of ${url}`, error);
  });
}

/** @throws SourceError that names the files of a working tree that are still Git LFS pointers */
export async function refuseLfsPointers(folder: string): Promise<void> {
  const pointers = await findLfsPointers(folder);
  if (pointers.length === 0) return;
  throw new SourceError("user/wrong-source", `${named(pointers)}: Git LFS pointers; run \`git lfs pull\` first`);
}

/** The tracked files with `filter=lfs` whose content is a pointer. */
async function findLfsPointers(folder: string): Promise<string[]> {
  const files = await git(["ls-files", "-z"], { folder });
  const attributes = await git(["check-attr", "-z", "--stdin", "filter"], { folder, input: files });
  const fields = attributes.toString("utf8").split("\0");
  const pointers: string[] = [];
  for (let index = 0; index + 2 < fields.length; index += 3) {
    const [file, , value] = fields.slice(index, index + 3) as [string, string, string];
    if (value === "lfs" && (await isPointer(`${folder}/${file}`))) pointers.push(file);
  }
  return pointers;
}

/** Opens only plain files, because a link may lead to a pipe that never answers. */
async function isPointer(path: string): Promise<boolean> {
  const isPlain = await lstat(path).then(
    (status) => status.isFile(),
    () => false,
  );
  const { O_RDONLY, O_NOFOLLOW, O_NONBLOCK } = constants;
  const file = isPlain ? await open(path, O_RDONLY | O_NOFOLLOW | O_NONBLOCK).catch(() => undefined) : undefined;
  if (file === undefined) return false;
  try {
    const { buffer, bytesRead } = await file.read(Buffer.alloc(pointerStart.length), 0, pointerStart.length, 0);
    return buffer.toString("utf8", 0, bytesRead) === pointerStart;
  } finally {
    await file.close();
  }
}

function named(files: readonly string[]): string {
  const more = files.length > namesShown ? ` and ${files.length - namesShown} more` : "";
  return files.slice(0, namesShown).join(", ") + more;
}
