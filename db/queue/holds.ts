import { comparisonPurposes } from "../../domain/verdict/attempt.js";
import { sql } from "kysely";
import type { CountedTime } from "../../domain/holds/hold-budget.js";
import type { HoldReason } from "../../domain/matching/machine-availability.js";
import { type Queries, toJson } from "../connect.js";

/** Replaces the open holds of one job with those for the given reasons. */
export async function setHolds(queries: Queries, jobId: string, reasons: readonly HoldReason[]): Promise<void> {
  const wanted = toJson(reasons);
  await sql`
    update holds set until = now() where job_id = ${jobId} and until is null and not exists (
      select 1 from jsonb_to_recordset(${wanted}) as r (reason text, service text)
      where r.reason = holds.reason and r.service is not distinct from holds.service)`.execute(queries);
  if (reasons.length === 0) return;
  await sql`
    insert into holds (job_id, reason, service, detail, since)
    select ${jobId}, reason, service, text, now() from jsonb_to_recordset(${wanted}) as r (reason text, service text, text text)
    on conflict do nothing`.execute(queries);
}

/** Adds a hold whose end is known: the job waits before it tries again. */
export async function insertBackOff(
  queries: Queries,
  jobId: string,
  reason: HoldReason,
  delayMs: number,
): Promise<void> {
  await sql`
    insert into holds (job_id, reason, service, detail, since, until)
    values (${jobId}, ${reason.reason}, ${reason.service}, ${reason.text}, now(), now() + make_interval(secs => ${delayMs / 1000}))`.execute(
    queries,
  );
}

/** Whether a hold of another job for this reason began within the last `withinMs`. */
export async function isHeldElsewhere(
  queries: Queries,
  jobId: string,
  reason: string,
  withinMs: number,
): Promise<boolean> {
  const result = await sql`
    select 1 from holds where reason = ${reason} and job_id <> ${jobId} and since > now() - make_interval(secs => ${withinMs / 1000}) limit 1`.execute(
    queries,
  );
  return result.rows.length > 0;
}

/** Everything that counts against a job's hold budget: holds, back-offs, and attempts lost to infrastructure. */
export async function countedTimes(queries: Queries, jobId: string): Promise<{ now: string; times: CountedTime[] }> {
  const result = await sql<{ now: string; times: CountedTime[] | null }>`
    select now()::text as now, (
      select jsonb_agg(jsonb_build_object('reason', reason, 'since', since, 'until', until)) from (
        select reason, since, until from holds where job_id = ${jobId}
        union all
        select coalesce(failure_identifier, 'infra/surroundings-unhealthy'), started_at, ended_at from attempts
        where job_id = ${jobId} and outcome in ('infrastructure', 'dirty') and ended_at is not null
          and purpose <> all(${comparisonPurposes}) and failure_identifier is distinct from 'admin/stopped') as counted) as times`.execute(
    queries,
  );
  const row = result.rows[0]!;
  return { now: row.now, times: row.times ?? [] };
}
