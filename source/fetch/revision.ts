/** The refs of a repository, as its server lists them. */
export interface RemoteRefs {
  /** Full ref name, such as `refs/heads/main`, to object id; peeled tags as `refs/tags/v1^{}`. */
  ids: ReadonlyMap<string, string>;
  /** The branch that HEAD points to, as a full ref name; null if HEAD is detached or missing. */
  head: string | null;
}

/** What a revision means in a repository. */
export type Resolved =
  | {
      kind: "ref";
      /** Full ref name, or `HEAD`. */
      ref: string;
      /** The name under which the history of its tests is kept: the branch, or a name that no branch can have. */
      branch: string;
      /** Says which meaning of the name was taken if it has two; null otherwise. */
      note: string | null;
    }
  | { kind: "commit"; id: string; isWhole: boolean }
  | { kind: "unknown" };

/** Reads the output of `git ls-remote --symref`. */
export function parseRemoteRefs(text: string): RemoteRefs {
  const ids = new Map<string, string>();
  let head: string | null = null;
  for (const line of text.split("\n")) {
    const [left = "", name] = line.split("\t");
    if (name === undefined) continue;
    if (!left.startsWith("ref: ")) ids.set(name, left);
    else if (name === "HEAD") head = left.slice("ref: ".length);
  }
  // The dumb HTTP protocol does not say where HEAD points to; git's own guess is a branch with the same commit.
  if (head === null && ids.has("HEAD"))
    head = ["refs/heads/main", "refs/heads/master"].find((name) => ids.get(name) === ids.get("HEAD")) ?? null;
  return { ids, head };
}

/** Finds a branch, tag, full ref name, `HEAD` or commit, in the same order as git (gitrevisions(7)). */
export function resolveRevision(revision: string, { ids, head }: RemoteRefs): Resolved {
  if (revision === "HEAD" || revision === "@")
    return ids.has("HEAD")
      ? { kind: "ref", ref: "HEAD", branch: head === null ? "HEAD" : branchName(head), note: null }
      : { kind: "unknown" };
  const [tag, branch] = [`refs/tags/${revision}`, `refs/heads/${revision}`];
  if (ids.has(tag) && ids.has(branch)) {
    const note = `${revision} is a tag and a branch; the tag was taken. Write ${branch} for the branch`;
    return { kind: "ref", ref: tag, branch: branchName(tag), note };
  }
  const ref = [revision, `refs/${revision}`, tag, branch].find(
    (name) => name.startsWith("refs/") && !name.endsWith("^{}") && ids.has(name),
  );
  if (ref !== undefined) return { kind: "ref", ref, branch: branchName(ref), note: null };
  if (/^[0-9a-f]{4,64}$/i.test(revision)) {
    const id = revision.toLowerCase();
    return { kind: "commit", id, isWhole: id.length === 40 || id.length === 64 };
  }
  return { kind: "unknown" };
}

/** `refs/heads/main` is `main`. Names of tags and commits get a colon, which no name of a branch can contain. */
export function branchName(ref: string): string {
  if (ref.startsWith("refs/heads/")) return ref.slice("refs/heads/".length);
  if (ref.startsWith("refs/tags/")) return `tag:${ref.slice("refs/tags/".length)}`;
  return `ref:${ref.replace(/^refs\//, "")}`;
}

export function commitBranch(commit: string): string {
  return `commit:${commit}`;
}
