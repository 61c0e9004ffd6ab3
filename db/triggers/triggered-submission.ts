import { secretsFor } from "../../domain/access/secrets.js";
import { rolesOfPeople, type Role } from "../../domain/access/roles.js";
import { findToken } from "../access/tokens.js";
import type { Queries } from "../connect.js";
import { insertGitSubmission } from "../jobs/git-submissions.js";
import { findByIdempotencyKey, gridSubmitter } from "../jobs/submissions.js";
import { recordTriggered, type StoredTrigger } from "./triggers.js";

/** What a trigger submits this time. */
export interface Occasion {
  /** Occasions with the same key submit only once. */
  key: string;
  revision: string;
  /** The branch that its results belong to; undefined for what `revision` names. */
  branch?: string;
}

/**
 * Submits what a trigger names, with the rights that its token has now. Records the result.
 * @returns the submission, which the caller must start; undefined if the token may not submit any more
 */
export async function insertTriggeredSubmission(
  queries: Queries,
  trigger: StoredTrigger,
  { key, revision, branch }: Occasion,
  newId: () => string,
): Promise<string | undefined> {
  const { triggerId, tokenId, submission, credentials } = trigger;
  const bearer = await bearerOf(queries, tokenId);
  if (bearer === undefined || (bearer.project !== null && bearer.project !== submission.project)) {
    const error =
      "the token that made this trigger was revoked, has expired, or may not submit: make the trigger again";
    await recordTriggered(queries, triggerId, { error });
    return undefined;
  }
  const { url, path, depth, owner, project, tests, tell, supersede, mail } = submission;
  const submissionId = newId();
  const isNew = await insertGitSubmission(queries, {
    submissionId,
    url,
    idempotencyKey: key,
    submitter: tokenId,
    owner,
    project,
    branch: branch ?? revision,
    isBranchGiven: branch !== undefined,
    revision,
    sourcePath: path,
    sourceDepth: depth,
    tests,
    tell,
    supersede,
    mailAsked: mail,
    credentials,
    onlyProject: bearer.project,
    secretsOf: secretsFor(bearer),
  });
  const submitted = isNew ? submissionId : (await findByIdempotencyKey(queries, tokenId, key))!.submissionId;
  if (isNew) await recordTriggered(queries, triggerId, { submissionId: submitted });
  return submitted;
}

/** What the bearer of a token may do now; undefined if they may not submit. */
async function bearerOf(
  queries: Queries,
  tokenId: string,
): Promise<{ role: Role; project: string | null } | undefined> {
  if (tokenId === gridSubmitter) return { role: "admin", project: null };
  const found = await findToken(queries, { tokenId });
  const rank = rolesOfPeople.findIndex((role) => role === found?.role);
  return rank >= rolesOfPeople.indexOf("submitter") ? found : undefined;
}
