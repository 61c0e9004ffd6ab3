import { sql } from "kysely";
import type { Variant } from "../../domain/jobs/variant.js";
import type { AbortReason, JobState, SubmissionState, Verdict } from "../../domain/states.js";
import type { Queries } from "../connect.js";

/** A submission whose source is still to be fetched. */
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

/** Of which tests of a submission no code could be read, and why. */
export async function readWarnings(queries: Queries, submissionId: string): Promise<{ test: string; text: string }[]> {
  const result = await sql<{ test: string; text: string }>`
    select test, min(analysis->>'unread') as text from jobs
    where submission_id = ${submissionId} and analysis->>'unread' is not null group by test order by test`.execute(
    queries,
  );
  return result.rows;
}
