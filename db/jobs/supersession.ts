import { gridSubmitter } from "./submissions.js";
import { sql } from "kysely";
import type { Queries } from "../connect.js";
import { advisoryLocks } from "../advisory-locks.js";

/**
 * Must be called before a submission gets its jobs, in the same transaction. Then newer submissions that supersede older ones
 * look again, and later ones find these jobs.
 */
export async function joinBranch(queries: Queries, submissionId: string): Promise<void> {
  await sql`
    select pg_advisory_xact_lock(${advisoryLocks.branch}, hashtext(project || ' ' || branch)) from submissions where submission_id = ${submissionId}`.execute(
    queries,
  );
  // A separate statement: it sees what was committed while this one waited for the lock.
  await sql`
    update submissions newer set superseded_at = null from submissions own
    where own.submission_id = ${submissionId} and newer.project = own.project and newer.branch = own.branch
      and newer.supersede and newer.submission_id > own.submission_id`.execute(queries);
}

/** A job that must end because of a newer submission, and has not ended yet. */
export interface SupersededJob {
  jobId: string;
  test: string;
  owner: string;
  supersededBy: string;
}

/**
 * Lets one submission supersede older jobs of its project and branch that have not started: those of the same token, or of
 * any token if the submission came with the grid's. From then on, they cannot start. Returns false if no submission is waiting
 * to do so.
 */
export async function supersedeOlder(queries: Queries): Promise<boolean> {
  const taken = await sql<{ submissionId: string; project: string; branch: string; submitter: string }>`
    select submission_id, project, branch, submitter from submissions where supersede and superseded_at is null and state = 'expanded'
    order by submission_id limit 1 for no key update skip locked`.execute(queries);
  const newer = taken.rows[0];
  if (newer === undefined) return false;
  await sql`
    with older as (
      select job_id from jobs j join submissions s using (submission_id)
      where s.project = ${newer.project} and s.branch = ${newer.branch} and s.origin = 'user' and s.submission_id < ${newer.submissionId}
        and (s.submitter = ${newer.submitter} or ${newer.submitter} = ${gridSubmitter})
        and j.verdict is null and j.started_at is null and j.superseded_by is null and j.cancel_requested_by is null
      order by job_id for no key update of j)
    update jobs set superseded_by = ${newer.submissionId}, cancel_requested_by = ${`submission ${newer.submissionId}`}
    from older where jobs.job_id = older.job_id`.execute(queries);
  await sql`update submissions set superseded_at = now() where submission_id = ${newer.submissionId}`.execute(queries);
  return true;
}

export async function readSuperseded(queries: Queries, limit: number): Promise<SupersededJob[]> {
  const result = await sql<SupersededJob>`
    select job_id, test, owner, superseded_by from jobs join submissions using (submission_id)
    where superseded_by is not null and verdict is null order by job_id limit ${limit}`.execute(queries);
  return result.rows;
}
