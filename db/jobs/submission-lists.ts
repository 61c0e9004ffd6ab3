import { sql } from "kysely";
import type { Variant } from "../../domain/jobs/variant.js";
import type { AbortReason, JobState, SubmissionState, Verdict } from "../../domain/states.js";
import { iso, type Queries } from "../connect.js";

/** A submission whose source is not fetched yet. */
export interface OpenSubmission {
  submissionId: string;
  project: string;
  revision: string;
  owner: string;
  state: SubmissionState;
  reason: string | null;
}

/** Submissions that have no jobs yet, oldest first. */
export async function readOpenSubmissions(queries: Queries, limit: number): Promise<OpenSubmission[]> {
  const result = await sql<OpenSubmission>`
    select submission_id, project, revision, owner, state, reason from submissions
    where state in ('fetching', 'held') order by submission_id limit ${limit}`.execute(queries);
  return result.rows;
}

/** A submission of a person, with the results of its jobs. */
export interface SubmissionLine extends OpenSubmission {
  branch: string;
  /** ISO. */
  submittedAt: string;
  /** Jobs by verdict, or by state while they have none. */
  counts: Record<string, number>;
}

export interface SubmissionFilter {
  owner?: string | undefined;
  project?: string | undefined;
  branch?: string | undefined;
  /** Only submissions older than this one: the key of the next page. */
  before?: string | undefined;
  limit: number;
}

/** Submissions of people, newest first. */
export async function readSubmissionLines(queries: Queries, filter: SubmissionFilter): Promise<SubmissionLine[]> {
  const { owner, project, branch, before, limit } = filter;
  const conditions = [
    sql`origin = 'user'`,
    ...(owner === undefined ? [] : [sql`owner = ${owner}`]),
    ...(project === undefined ? [] : [sql`project = ${project}`]),
    ...(branch === undefined ? [] : [sql`branch = ${branch}`]),
    ...(before === undefined ? [] : [sql`submission_id < ${before}`]),
  ];
  const result = await sql<SubmissionLine>`
    with shown as (
      select * from submissions where ${sql.join(conditions, sql` and `)} order by submission_id desc limit ${limit})
    select submission_id, project, branch, revision, owner, state, reason, ${iso("submitted_at")} as "submittedAt",
      (select coalesce(jsonb_object_agg(word, count), '{}') from (
        select coalesce(verdict, jobs.state) as word, count(*) from jobs where jobs.submission_id = shown.submission_id group by 1) c) as counts
    from shown order by submission_id desc`.execute(queries);
  return result.rows;
}

export interface JobSummary {
  jobId: string;
  test: string;
  variant: Variant;
  state: JobState;
  verdict: Verdict | null;
  abortReason: AbortReason | null;
}

/** Whether anything was ever submitted. */
export async function hasSubmissions(queries: Queries): Promise<boolean> {
  const result = await sql<{ any: boolean }>`select exists (select 1 from submissions) as any`.execute(queries);
  return result.rows[0]?.any === true;
}

/** The jobs of a submission, in the order of its suite file. */
export async function readJobSummaries(queries: Queries, submissionId: string): Promise<JobSummary[]> {
  const result = await sql<JobSummary>`
    select job_id, test, variant, state, verdict, abort_reason from jobs
    where submission_id = ${submissionId} order by job_id`.execute(queries);
  return result.rows;
}

/** The jobs of a submission by verdict, or by state while they have none. */
export async function countJobsOf(
  queries: Queries,
  submissionId: string,
): Promise<{ counts: Record<string, number>; total: number; open: number }> {
  const result = await sql<{ word: string; count: number; isOpen: boolean }>`
    select coalesce(verdict, state) as word, verdict is null as "isOpen", count(*) as count from jobs
    where submission_id = ${submissionId} group by 1, 2 order by "isOpen", word`.execute(queries);
  const sum = (rows: typeof result.rows) => rows.reduce((total, { count }) => total + count, 0);
  return {
    counts: Object.fromEntries(result.rows.map(({ word, count }) => [word, count])),
    total: sum(result.rows),
    open: sum(result.rows.filter(({ isOpen }) => isOpen)),
  };
}

/** The tests of a submission whose code could not be read, with the reason. */
export async function readWarnings(queries: Queries, submissionId: string): Promise<{ test: string; text: string }[]> {
  const result = await sql<{ test: string; text: string }>`
    select test, min(analysis->>'unread') as text from jobs
    where submission_id = ${submissionId} and analysis->>'unread' is not null group by test order by test`.execute(
    queries,
  );
  return result.rows;
}

/** The project of a job or submission; undefined if there is none. */
export async function projectOf(
  queries: Queries,
  { jobId, submissionId }: { jobId?: string | undefined; submissionId?: string | undefined },
): Promise<string | undefined> {
  const result = await sql<{ project: string }>`
    select project from submissions where submission_id = ${submissionId ?? null}
      or submission_id = (select submission_id from jobs where job_id = ${jobId ?? null})`.execute(queries);
  return result.rows[0]?.project;
}
