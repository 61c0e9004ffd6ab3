/**
 * The forges that can show the state of a submission at a commit. `github-checks` can say "neutral", and needs a GitHub
 * App's token.
 */
export const statusFormats = ["github", "github-checks", "gitlab", "gitea"] as const;
export type StatusFormat = (typeof statusFormats)[number];

/** The state of a submission. `neutral`: no failure, but some jobs ended without a result. */
export type CommitState = "pending" | "success" | "failure" | "neutral";

/** How jobs ended: numbers of jobs. `aborted` does not include the skipped ones. */
export interface JobCounts {
  passed: number;
  failed: number;
  skipped: number;
  aborted: number;
}

/** The state that follows when all jobs have ended, in one word and one sentence. */
export function finalState(counts: JobCounts): { state: CommitState; description: string } {
  const { passed, failed, skipped, aborted } = counts;
  const parts = [
    `${passed} passed`,
    ...(failed === 0 ? [] : [`${failed} failed`]),
    ...(skipped === 0 ? [] : [`${skipped} skipped`]),
    ...(aborted === 0 ? [] : [`${aborted} without a result, which says nothing about the code`]),
  ];
  return { state: failed > 0 ? "failure" : aborted > 0 ? "neutral" : "success", description: parts.join(", ") };
}

/** The state of a commit, as a forge gets it. */
export interface CommitStatus {
  commit: string;
  /** The name under which a later status replaces this one. */
  context: string;
  state: CommitState;
  /** One sentence. */
  description: string;
  link: string;
}

/** A POST request. */
export interface StatusRequest {
  url: string;
  headers: Record<string, string>;
  body: unknown;
}

const descriptionCharacters = 140;

/**
 * Infrastructure is never red. If a forge has no neutral state, the state that comes closest to "no result" replaces it.
 * Sources: GitHub REST API, commit statuses and check runs; GitLab commits API, "Set commit pipeline status"; Gitea API,
 * "Create a commit status".
 */
const neutralStates = { github: "pending", gitlab: "canceled", gitea: "warning" } as const;
const gitlabStates = { pending: "pending", success: "success", failure: "failed" } as const;

/** The status in a message about a submission; undefined if its source is not a commit. */
export function statusOf({ data }: { data: Record<string, unknown> }): CommitStatus | undefined {
  return data["status"] as CommitStatus | undefined;
}

/** @param address the repository in the forge's API, such as `https://api.github.com/repos/acme/shop` */
export function statusRequest(
  format: StatusFormat,
  address: string,
  token: string,
  { commit, context, state, description, link }: CommitStatus,
): StatusRequest {
  const base = address.replace(/\/+$/, "");
  const text =
    description.length > descriptionCharacters ? `${description.slice(0, descriptionCharacters - 1)}…` : description;
  const json = { "content-type": "application/json", "user-agent": "holdfast" };
  const github = { ...json, accept: "application/vnd.github+json", "x-github-api-version": "2022-11-28" };
  switch (format) {
    case "github":
      return {
        url: `${base}/statuses/${commit}`,
        headers: { ...github, authorization: `Bearer ${token}` },
        body: {
          state: state === "neutral" ? neutralStates.github : state,
          target_url: link,
          description: text,
          context,
        },
      };
    case "github-checks":
      return {
        url: `${base}/check-runs`,
        headers: { ...github, authorization: `Bearer ${token}` },
        body: {
          name: context,
          head_sha: commit,
          details_url: link,
          output: { title: text, summary: `${description} [Page of the submission](${link})` },
          ...(state === "pending" ? { status: "in_progress" } : { status: "completed", conclusion: state }),
        },
      };
    case "gitlab":
      return {
        url: `${base}/statuses/${commit}`,
        headers: { ...json, "private-token": token },
        body: {
          state: state === "neutral" ? neutralStates.gitlab : gitlabStates[state],
          target_url: link,
          description: text,
          name: context,
        },
      };
    case "gitea":
      return {
        url: `${base}/statuses/${commit}`,
        headers: { ...json, authorization: `token ${token}` },
        body: {
          state: state === "neutral" ? neutralStates.gitea : state,
          target_url: link,
          description: text,
          context,
        },
      };
  }
}
