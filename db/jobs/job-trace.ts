import { sql } from "kysely";
import type { Variant } from "../../domain/jobs/variant.js";
import { iso, type Queries } from "../connect.js";

/** The data of a job that has ended, for its trace. Times are ISO. */
export interface JobTrace {
  submissionId: string;
  /** The trace of the request that submitted the job; null if it had none. */
  traceparent: string | null;
  test: string;
  variant: Variant;
  project: string;
  verdict: string;
  failureIdentifier: string | null;
  submittedAt: string;
  finishedAt: string;
  holds: { reason: string; service: string | null; since: string; until: string | null }[];
  attempts: {
    number: number;
    purpose: string;
    machine: string;
    outcome: string | null;
    failureIdentifier: string | null;
    startedAt: string;
    endedAt: string | null;
  }[];
}

/** Returns undefined if the job has no verdict, or if no person submitted it. */
export async function readJobTrace(queries: Queries, jobId: string): Promise<JobTrace | undefined> {
  const result = await sql<JobTrace>`
    select submission_id, s.traceparent, j.test, j.variant, s.project, j.verdict, j.failure_identifier,
      ${iso("j.submitted_at")} as "submittedAt", ${iso("j.finished_at")} as "finishedAt",
      (select coalesce(jsonb_agg(jsonb_build_object('reason', reason, 'service', service, 'since', ${iso("since")}, 'until', ${iso("until")})), '[]')
        from holds where holds.job_id = j.job_id) as holds,
      (select coalesce(jsonb_agg(jsonb_build_object('number', number, 'purpose', purpose, 'machine', machine, 'outcome', outcome,
          'failureIdentifier', a.failure_identifier, 'startedAt', ${iso("a.started_at")}, 'endedAt', ${iso("a.ended_at")})), '[]')
        from attempts a where a.job_id = j.job_id and companion is null) as attempts
    from jobs j join submissions s using (submission_id)
    where job_id = ${jobId} and verdict is not null and origin = 'user'`.execute(queries);
  return result.rows[0];
}

/** The trace of the request that submitted a job; null for none. */
export async function readTraceParent(
  queries: Queries,
  jobId: string,
): Promise<{ submissionId: string; traceparent: string | null } | undefined> {
  const result = await sql<{ submissionId: string; traceparent: string | null }>`
    select submission_id, traceparent from submissions join jobs using (submission_id) where job_id = ${jobId}`.execute(
    queries,
  );
  return result.rows[0];
}
