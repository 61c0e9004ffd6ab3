import { sql } from "kysely";
import type { FailureIdentifier } from "../../domain/failures/failures.js";
import type { JobDefinition } from "../../domain/jobs/job-definition.js";
import type { MailWish } from "../../domain/mail/mail-policy.js";
import type { SubmissionState } from "../../domain/states.js";
import { channels, type Queries, toJson } from "../connect.js";
import { historyKey } from "./job-story.js";
import { noteSubmission } from "../recovery/journal.js";

/** The submitter of the grid's own jobs, and of jobs that came with the token that the grid was started with. */
export const gridSubmitter = "grid";

export interface NewSubmission {
  submissionId: string;
  idempotencyKey: string | null;
  /** The token with which it came; the grid's if left out. */
  submitter?: string;
  /** SHA-256 of the request, to detect a key that is used again for another request. */
  requestHash?: string;
  owner: string;
  project: string;
  branch: string;
  revision: string;
  sourceKind: "upload" | "git";
  sourceUrl: string | null;
  sourceHash: string | null;
  tests: string[] | null;
  tell: string[];
  state: SubmissionState;
  /** Who asked for its jobs; a user if absent. */
  origin?: "monitor" | "companion" | "reopen";
  /** The service that its job watches, if the service is probed by a test. */
  monitors?: string;
  /** Its owner wants to be notified of jobs that are held for longer than this, in ms. */
  noticeAfterMs?: number | null;
  /** The mail settings of the request, and those of its suite file. */
  mailAsked?: MailWish;
  mailSuite?: MailWish;
  /** Whether it supersedes older jobs that have not run; null if its suite file decides. */
  supersede?: boolean | null;
  /** The folder of its suite file within the source; the root if left out. */
  sourcePath?: string;
  /** How many commits of history come along; 0 for all. */
  sourceDepth?: number | null;
  /** The commit of an uploaded working tree, if it has one. */
  sourceCommit?: string | null;
  /** Whether the submitter named `branch`. */
  isBranchGiven?: boolean;
  reason?: string | null;
  /** Encrypted. */
  credentials?: Buffer | null;
  /** The only project that its token is for; null for all. */
  onlyProject?: string | null;
  /** The project whose secrets its jobs may have; `*` for every project, null for none. */
  secretsOf?: string | null;
  /** The place of its request in a trace; null for none. */
  traceparent?: string | null;
}

/** The fields that a new submission of the same source, for the same people, takes over from a stored one. */
export function copySubmission(stored: StoredSubmission) {
  const { owner, project, branch, isBranchGiven, revision, tell, secretsOf } = stored;
  const { sourceKind, sourceUrl, sourceHash, sourcePath, sourceDepth, sourceCommit } = stored;
  const source = { sourceKind, sourceUrl, sourceHash, sourcePath, sourceDepth, sourceCommit };
  return {
    owner,
    project,
    branch,
    isBranchGiven,
    revision,
    tell,
    secretsOf,
    ...source,
  } satisfies Partial<NewSubmission>;
}

export interface NewJob {
  jobId: string;
  definition: JobDefinition;
}

/** Writes a submission. Returns false if its idempotency key has been used before. */
export async function insertSubmission(queries: Queries, submission: NewSubmission): Promise<boolean> {
  const result = await sql`
    insert into submissions (submission_id, idempotency_key, submitter, request_hash, owner, project, branch, revision, source_kind, source_url, source_hash, tests, tell, state, monitors, notice_after_ms, origin, mail_asked, mail_suite, supersede,
      source_path, source_depth, source_commit, is_branch_given, reason, credentials, only_project, secrets_of, traceparent)
    values (${submission.submissionId}, ${submission.idempotencyKey}, ${submission.submitter ?? gridSubmitter}, ${submission.requestHash ?? null}, ${submission.owner}, ${submission.project}, ${submission.branch}, ${submission.revision},
      ${submission.sourceKind}, ${submission.sourceUrl}, ${submission.sourceHash}, ${submission.tests}, ${submission.tell}, ${submission.state}, ${submission.monitors ?? null}, ${submission.noticeAfterMs ?? null}, ${submission.origin ?? "user"},
      ${toJson(submission.mailAsked ?? {})}, ${toJson(submission.mailSuite ?? {})}, ${submission.supersede ?? null},
      ${submission.sourcePath ?? ""}, ${submission.sourceDepth ?? null}, ${submission.sourceCommit ?? null}, ${submission.isBranchGiven ?? true}, ${submission.reason ?? null}, ${submission.credentials ?? null}, ${submission.onlyProject ?? null}, ${submission.secretsOf ?? null}, ${submission.traceparent ?? null})
    on conflict (submitter, idempotency_key) do nothing`.execute(queries);
  const isNew = Number(result.numAffectedRows ?? 0) > 0;
  // Other submissions are recorded with their jobs.
  if (isNew && submission.state === "fetching") await noteSubmission(queries, submission.submissionId);
  return isNew;
}

/** Writes the jobs of a submission, each once. A control worker starts those that begin "in turn", fairly. */
export async function insertJobs(
  queries: Queries,
  submissionId: string,
  jobs: readonly NewJob[],
  begins: "at once" | "in turn",
): Promise<void> {
  const rows = jobs.map(({ jobId, definition }) => ({
    job_id: jobId,
    test: definition.test,
    variant: definition.variant,
    definition,
  }));
  await sql`
    insert into jobs (job_id, submission_id, test, variant, definition, state, history_key, begun_at)
    select job_id, submission_id, test, variant, definition, 'analysing', ${historyKey}, ${begins === "at once" ? new Date() : null}::timestamptz
    from jsonb_to_recordset(${toJson(rows)}) as j (job_id text, test text, variant jsonb, definition jsonb)
    join submissions s on s.submission_id = ${submissionId}
    on conflict do nothing`.execute(queries);
  await noteSubmission(queries, submissionId);
  if (begins === "in turn") await sql`select pg_notify(${channels.starts}, '')`.execute(queries);
}

/** A submission as it is stored. */
export interface StoredSubmission {
  submissionId: string;
  submitter: string;
  requestHash: string | null;
  owner: string;
  project: string;
  branch: string;
  isBranchGiven: boolean;
  revision: string;
  sourceKind: "upload" | "git";
  sourceUrl: string | null;
  sourceHash: string | null;
  sourcePath: string;
  sourceDepth: number | null;
  sourceCommit: string | null;
  tests: string[] | null;
  tell: string[];
  state: SubmissionState;
  failureIdentifier: FailureIdentifier | null;
  reason: string | null;
  note: string | null;
  refusal: string | null;
  submittedAt: Date;
  origin: "user" | "monitor" | "companion" | "reopen";
  noticeAfterMs: number | null;
  mailAsked: MailWish;
  mailSuite: MailWish;
  supersede: boolean | null;
  credentials: Buffer | null;
  onlyProject: string | null;
  secretsOf: string | null;
}

export async function readSubmission(queries: Queries, submissionId: string): Promise<StoredSubmission | undefined> {
  const result = await sql<StoredSubmission>`
    select * from submissions where submission_id = ${submissionId}`.execute(queries);
  return result.rows[0];
}

/** The token with which a job was submitted. */
export async function submitterOf(queries: Queries, jobId: string): Promise<string> {
  const result = await sql<{ submitter: string }>`
    select submitter from jobs join submissions using (submission_id) where job_id = ${jobId}`.execute(queries);
  return result.rows[0]?.submitter ?? gridSubmitter;
}

/** An idempotency key belongs to a token. Two tokens may use the same key. */
export async function findByIdempotencyKey(
  queries: Queries,
  submitter: string,
  key: string,
): Promise<StoredSubmission | undefined> {
  const result = await sql<StoredSubmission>`
    select * from submissions where submitter = ${submitter} and idempotency_key = ${key}`.execute(queries);
  return result.rows[0];
}

/** Sets the state of a submission, unless it has ended. Returns whether it changed. */
export async function changeSubmission(
  queries: Queries,
  submissionId: string,
  change: {
    state: SubmissionState;
    failureIdentifier?: FailureIdentifier | null;
    reason?: string | null;
    revision?: string;
    sourceHash?: string;
    owner?: string;
    project?: string;
    tell?: string[];
    mailSuite?: MailWish;
    supersede?: boolean;
    branch?: string;
    note?: string | null;
    /** What the repository's server answered instead of the source. */
    refusal?: string | null;
  },
): Promise<boolean> {
  const { state, failureIdentifier = null, reason = null, revision, sourceHash, owner, project, tell } = change;
  const { mailSuite, supersede, branch, note, refusal } = change;
  // Credentials are no longer needed after the fetch, or if there will be none.
  const dropsCredentials = sourceHash !== undefined || isOver(state);
  const result = await sql`
    update submissions set state = ${state}, failure_identifier = ${failureIdentifier}, reason = ${reason}, changed_at = now(),
      revision = coalesce(${revision ?? null}, revision),
      source_hash = coalesce(${sourceHash ?? null}, source_hash),
      owner = coalesce(${owner ?? null}, owner),
      project = coalesce(${project ?? null}, project),
      tell = coalesce(${tell ?? null}, tell),
      mail_suite = coalesce(${mailSuite === undefined ? null : toJson(mailSuite)}::jsonb, mail_suite),
      supersede = coalesce(${supersede ?? null}::boolean, supersede),
      branch = coalesce(${branch ?? null}, branch),
      note = ${note === undefined ? sql`note` : note},
      refusal = ${refusal === undefined ? sql`refusal` : refusal},
      refused_since = ${refusal === undefined ? sql`refused_since` : refusal === null ? sql`null` : sql`coalesce(refused_since, now())`},
      credentials = ${dropsCredentials ? sql`null` : sql`credentials`}
    where submission_id = ${submissionId} and state in ('fetching', 'held')`.execute(queries);
  const isChanged = Number(result.numAffectedRows ?? 0) > 0;
  // Its owner is notified of an end without jobs.
  if (isChanged && isOver(change.state) && change.state !== "expanded") await noteSubmission(queries, submissionId);
  return isChanged;
}

/** Stores the progress of a submission that is being fetched. */
export async function noteProgress(queries: Queries, submissionId: string, reason: string): Promise<void> {
  await sql`
    update submissions set reason = ${reason}, changed_at = now()
    where submission_id = ${submissionId} and state = 'fetching'`.execute(queries);
}

function isOver(state: SubmissionState): boolean {
  return state !== "fetching" && state !== "held";
}
