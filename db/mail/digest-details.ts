import { comparisonPurposes } from "../../domain/verdict/attempt.js";
import { sql } from "kysely";
import type { FailedAttempt } from "../../domain/mail/details/failure-line.js";
import type { Queries } from "../connect.js";
import { failedSubtests, holdReason } from "../jobs/job-story.js";

/** One more than a line shows, to find out whether there are more. */
const namesRead = 4;

/** The attempts of these jobs that did not pass, by job and in order. Comparison runs are left out. */
export async function readFailedAttempts(
  queries: Queries,
  jobIds: readonly string[],
): Promise<Map<string, FailedAttempt[]>> {
  const result = await sql<FailedAttempt & { jobId: string }>`
    select job_id, purpose, machine, outcome, failure_identifier, ended_at::text as "endedAt", '[]'::jsonb as evidence,
      coalesce((report->>'explained')::boolean, false) as explained, coalesce((report->>'claimBacked')::boolean, false) as "claimBacked",
      jsonb_path_query_array(report, '$.failing[0 to ${sql.raw(String(namesRead - 1))}]') as failing, jsonb_path_query_first(report, ${failedSubtests}) as first
    from attempts where job_id = any(${jobIds}) and outcome <> 'passed' and report is not null and purpose <> all(${comparisonPurposes})
    order by job_id, number`.execute(queries);
  const byJob = new Map<string, FailedAttempt[]>();
  for (const { jobId, ...attempt } of result.rows) byJob.set(jobId, [...(byJob.get(jobId) ?? []), attempt]);
  return byJob;
}

/** What held each of these jobs for the longest time, and for how long. Jobs that were never held are left out. */
export async function readLongestHolds(
  queries: Queries,
  jobIds: readonly string[],
): Promise<Map<string, { reason: string; heldMs: number }>> {
  const result = await sql<{ jobId: string; reason: string; heldMs: number }>`
    select distinct on (job_id) job_id, reason, (extract(epoch from held) * 1000)::float8 as "heldMs" from (
      select job_id, ${holdReason} as reason, sum(coalesce(until, now()) - since) as held from holds
      where job_id = any(${jobIds}) group by 1, 2) as together
    order by job_id, held desc, reason`.execute(queries);
  return new Map(result.rows.map(({ jobId, ...hold }) => [jobId, hold]));
}
