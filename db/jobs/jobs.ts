import { sql } from "kysely";
import type { FailureIdentifier } from "../../domain/failures/failures.js";
import { completeDefinition, type JobDefinition, type StoredDefinition } from "../../domain/jobs/job-definition.js";
import { type JobRole, roleOf, type StoredRole } from "../../domain/jobs/job-role.js";
import type { CodeAnalysis, CodeGap, JobRequirement } from "../../domain/requirements/requirement.js";
import type { Ending } from "../../domain/verdict/decision.js";
import type { JobState, Verdict } from "../../domain/states.js";
import type { Variant } from "../../domain/jobs/variant.js";
import { channels, type Queries, toJson } from "../connect.js";

/** The data of a job that decisions about it need. */
export interface JobFacts {
  jobId: string;
  submissionId: string;
  test: string;
  variant: Variant;
  definition: JobDefinition;
  state: JobState;
  verdict: Verdict | null;
  failureIdentifier: FailureIdentifier | null;
  requirements: JobRequirement[] | null;
  holdExtraMs: number;
  /** The ticket of its last stay in the queue; tickets sort by time. */
  parking: string;
  cancelRequestedBy: string | null;
  owner: string;
  project: string;
  branch: string;
  sourceHash: string;
  /** The commit that the tests run; the content hash of a source that has none. */
  revision: string;
  role: JobRole;
  /** Whether any attempt was ever begun. */
  hasAttempts: boolean;
  /** The newer submission that has taken its place. */
  supersededBy: string | null;
  /** What the analysis of its code left open; null if nothing, and for jobs that no person submitted. */
  codeGap: CodeGap | null;
  /** Whether its owner wants it not to wait when many tests have begun to fail together. */
  skipsCrowd: boolean;
}

/** What the analysis of the code of a job `j` left open. Only jobs of people are held for that. */
export const codeGap = sql`case when s.origin <> 'user' then null when j.analysis->>'unread' is not null then 'unread'
  when j.analysis->'notUnderstood' <> '[]' then 'open' end`;

const factColumns = sql`
  j.job_id, j.submission_id, j.test, j.variant, j.definition, j.state, j.verdict, j.failure_identifier, j.requirements,
  j.hold_extra_ms, j.parking, j.cancel_requested_by, j.companion_of, j.companion_purpose, j.companion_wish, j.superseded_by,
  j.skips_crowd, ${codeGap} as "codeGap", s.owner, s.project, s.branch, s.source_hash, coalesce(s.source_commit, s.revision) as revision, s.monitors,
  exists (select 1 from attempts where attempts.job_id = j.job_id) as has_attempts`;

type FactRow = Omit<JobFacts, "definition" | "role"> & StoredRole & { definition: StoredDefinition };

function rowToFacts({
  monitors,
  companionOf,
  companionPurpose,
  companionWish,
  definition,
  ...facts
}: FactRow): JobFacts {
  return {
    ...facts,
    definition: completeDefinition(definition),
    role: roleOf({ monitors, companionOf, companionPurpose, companionWish }),
  };
}

export class UnknownJobError extends Error {
  override name = "UnknownJobError";
}

/** Reads a job and locks it until the transaction ends. @throws UnknownJobError */
export async function lockJob(queries: Queries, jobId: string): Promise<JobFacts> {
  const result =
    await sql<FactRow>`select ${factColumns} from jobs j join submissions s using (submission_id) where job_id = ${jobId} for no key update of j`.execute(
      queries,
    );
  const row = result.rows[0];
  if (row === undefined) throw new UnknownJobError(`there is no job ${jobId}`);
  return rowToFacts(row);
}

/** @throws UnknownJobError */
export async function readJobFacts(queries: Queries, jobId: string): Promise<JobFacts> {
  const result =
    await sql<FactRow>`select ${factColumns} from jobs j join submissions s using (submission_id) where job_id = ${jobId}`.execute(
      queries,
    );
  const row = result.rows[0];
  if (row === undefined) throw new UnknownJobError(`there is no job ${jobId}`);
  return rowToFacts(row);
}

export async function setJobState(queries: Queries, jobId: string, state: JobState): Promise<void> {
  await sql`update jobs set state = ${state}, changed_at = now() where job_id = ${jobId} and verdict is null and state <> ${state}`.execute(
    queries,
  );
}

export async function setRequirements(
  queries: Queries,
  jobId: string,
  requirements: readonly JobRequirement[],
  analysis: CodeAnalysis,
): Promise<void> {
  await sql`update jobs set requirements = ${toJson(requirements)}, analysis = ${toJson(analysis)}, changed_at = now() where job_id = ${jobId}`.execute(
    queries,
  );
}

/**
 * Writes the verdict, ends what the job still has (lease, place in the queue, holds, pause) and wakes the dispatch loop.
 * A job gets one verdict; the caller holds the job's lock and has seen that it has none.
 */
export async function writeVerdict(queries: Queries, jobId: string, ending: Ending): Promise<void> {
  await sql`
    with ended as (update attempts set ended_at = now() where job_id = ${jobId} and ended_at is null),
    released as (update leases set released_at = now() where job_id = ${jobId} and released_at is null),
    left_line as (delete from waiters where job_id = ${jobId}),
    freed as (update holds set until = greatest(now(), since) where job_id = ${jobId} and (until is null or until > now())),
    unpaused as (update pauses set ended_at = now(), ended_by = 'its end' where scope = 'job' and name = ${jobId} and ended_at is null),
    judged as (
      update jobs set state = 'finished', verdict = ${ending.verdict}, abort_reason = ${ending.abortReason}, blame = ${ending.blame},
        failure_identifier = ${ending.failureIdentifier}, flaky = ${ending.flaky}, evidence = ${toJson(ending.evidence)},
        finished_at = now(), changed_at = now()
      where job_id = ${jobId})
    select pg_notify(${channels.dispatch}, '')`.execute(queries);
}

export async function extendHold(queries: Queries, jobId: string, byMs: number): Promise<void> {
  await sql`update jobs set hold_extra_ms = hold_extra_ms + ${byMs} where job_id = ${jobId}`.execute(queries);
}

/** Lets a job continue that waits because many tests began to fail together. Returns whether it waited. */
export async function skipCrowdWait(queries: Queries, jobId: string): Promise<boolean> {
  const result = await sql<{ waited: boolean }>`
    with skipping as (
      update jobs set skips_crowd = true where job_id = ${jobId} and verdict is null and exists (
        select 1 from holds where holds.job_id = jobs.job_id and reason = 'infra/environment-suspected' and (until is null or until > now()))
      returning job_id),
    freed as (
      update holds set until = now() from skipping
      where holds.job_id = skipping.job_id and reason = 'infra/environment-suspected' and (until is null or until > now())
      returning holds.job_id),
    ready as (update waiters set not_before = now() from freed where waiters.job_id = freed.job_id returning pg_notify(${channels.dispatch}, ''))
    select exists (select 1 from freed) as waited, (select count(*) from ready)`.execute(queries);
  return result.rows[0]?.waited === true;
}

/** Stores who asked to cancel, in case the workflow is lost before it gets the signal. */
export async function requestCancel(queries: Queries, jobId: string, by: string): Promise<void> {
  await sql`update jobs set cancel_requested_by = coalesce(cancel_requested_by, ${by}) where job_id = ${jobId} and verdict is null`.execute(
    queries,
  );
}
