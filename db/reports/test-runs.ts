import { sql } from "kysely";
import type { Variant } from "../../domain/jobs/variant.js";
import { iso, type Queries } from "../connect.js";

/** A run of a test that passed or failed. Times are ISO. */
export interface TestRun {
  jobId: string;
  variant: Variant;
  branch: string;
  revision: string;
  verdict: "pass" | "fail";
  flaky: boolean;
  /** Where its last attempt ran; null if there is none. */
  machine: string | null;
  submittedAt: string;
  finishedAt: string;
  /** From submission to its first attempt, holds included; null if there is none. */
  queuedMs: number | null;
  /** The duration of its last attempt. */
  durationMs: number | null;
}

export interface TestRunFilter {
  project: string;
  test: string;
  branch?: string | undefined;
  /** Only runs older than this job: the key of the next page. */
  before?: string | undefined;
  limit: number;
}

/** The runs of a test in all its variants, newest first. */
export async function readTestRuns(queries: Queries, filter: TestRunFilter): Promise<TestRun[]> {
  const { project, test, branch, before, limit } = filter;
  const result = await sql<TestRun>`
    select j.job_id, j.variant, j.on_branch as branch, s.revision, case when j.overturned then 'pass' else j.verdict end as verdict, j.flaky,
      last.machine, ${iso("j.submitted_at")} as "submittedAt", ${iso("j.finished_at")} as "finishedAt",
      (extract(epoch from j.started_at - j.submitted_at) * 1000)::bigint as "queuedMs",
      (extract(epoch from last.ended_at - last.started_at) * 1000)::bigint as "durationMs"
    from jobs j join submissions s using (submission_id)
    left join lateral (
      select machine, started_at, ended_at from attempts a where a.job_id = j.job_id and companion is null
      order by number desc limit 1) last on true
    where j.test = ${test} and j.in_project = ${project} and j.verdict in ('pass', 'fail') and s.origin = 'user'
      and (${branch ?? null}::text is null or j.on_branch = ${branch ?? null})
      and (${before ?? null}::text is null or j.job_id < ${before ?? null})
    order by j.job_id desc limit ${limit}`.execute(queries);
  return result.rows;
}
