import { sql } from "kysely";
import type { Variant } from "../../domain/jobs/variant.js";
import type { Queries } from "../connect.js";
import { gridSubmitter } from "./submissions.js";

/** A job whose workflow must be started. */
export interface JobToStart {
  jobId: string;
  test: string;
  owner: string;
  variant: Variant;
  project: string;
  revision: string;
}

/** After this time a job that is still being analyzed no longer delays others. */
const countedMs = 5_000;

/** How many jobs have begun recently and are not in the queue yet. */
export async function countStarting(queries: Queries): Promise<number> {
  const result = await sql<{ count: number }>`
    select count(*) as count from jobs where state = 'analysing' and begun_at > now() - make_interval(secs => ${countedMs / 1000})`.execute(
    queries,
  );
  return result.rows[0]!.count;
}

/**
 * The jobs that start next. Tokens take turns, and so do the owners within a token, so that a large submission does not delay
 * others. Many people may share the grid's own token, so each of its owners takes turns like a token. Jobs of one owner keep
 * their order.
 */
export async function nextJobsToStart(queries: Queries, most: number): Promise<JobToStart[]> {
  const result = await sql<JobToStart>`
    with recursive waiting as (
      (select submission_id from jobs where begun_at is null and verdict is null order by submission_id limit 1)
      union all
      select (select j.submission_id from jobs j where begun_at is null and verdict is null and j.submission_id > w.submission_id
        order by j.submission_id limit 1)
      from waiting w where w.submission_id is not null),
    first as (
      select submitter, owner, project, coalesce(source_commit, revision) as revision, next.job_id, next.test, next.variant from waiting join submissions using (submission_id)
      cross join lateral (
        select job_id, test, variant from jobs j where j.submission_id = submissions.submission_id and begun_at is null and verdict is null
        order by job_id limit ${most}) next),
    placed as (
      select *, row_number() over (partition by submitter, owner order by job_id) as place from first),
    -- Who names many owners has no more turns than others.
    shared as (select *, row_number() over (partition by submitter order by place, job_id) as turn from placed)
    select job_id, test, variant, owner, project, revision from shared
    order by case when submitter = ${gridSubmitter} then place else turn end, job_id limit ${most}`.execute(queries);
  return result.rows;
}

/** Stores that the workflows of jobs were started. */
export async function recordStarted(queries: Queries, jobIds: readonly string[]): Promise<void> {
  if (jobIds.length === 0) return;
  await sql`update jobs set begun_at = now(), changed_at = now() where job_id = any(${jobIds}) and begun_at is null`.execute(
    queries,
  );
}

/** How many jobs of a submitter have no verdict; a submission that is being fetched counts as one. */
export async function countOpenJobs(queries: Queries, submitter: string): Promise<number> {
  const result = await sql<{ count: number }>`
    select (select coalesce(sum(change), 0)::bigint from job_tallies where submitter = ${submitter})
      + (select count(*) from submissions where submitter = ${submitter} and state in ('fetching', 'held')) as count`.execute(
    queries,
  );
  return result.rows[0]!.count;
}

/** The error for a submitter who would exceed the limit of open jobs of one token. */
export function tooManyOpen(jobs: number, most: number): string {
  return `with these, ${jobs} jobs of this token would be open; the limit is ${most} (limits.open-jobs); submit them when others have ended`;
}
