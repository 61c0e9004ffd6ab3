import { sql } from "kysely";
import { iso, type Queries } from "../connect.js";

/** The data that decides whether the notice of an outage is due. Times are ISO; null if something has not happened. */
export interface OutageToTell {
  outageId: string;
  service: string;
  machine: string | null;
  severity: "degraded" | "down";
  startedAt: string;
  endedAt: string | null;
  detail: string;
  flaps: number;
  cause: string | null;
  owner: string | null;
  runbook: string | null;
  recordedAt: string;
  toldAt: string | null;
  remindedAt: string | null;
  reminders: number;
}

/**
 * Unplanned outages that may need a notice about their beginning or their end, or a reminder. They are locked until the
 * transaction ends.
 */
export async function readOutagesToTell(queries: Queries): Promise<OutageToTell[]> {
  const result = await sql<OutageToTell>`
    select outage_id, o.service, o.machine, o.severity, ${iso("o.started_at")} as "startedAt", ${iso("o.ended_at")} as "endedAt",
      o.detail, o.flaps, o.cause, s.definition->>'owner' as owner, s.definition->>'runbook' as runbook, ${iso("o.recorded_at")} as "recordedAt",
      ${iso("o.told_open_at")} as "toldAt", ${iso("o.reminded_at")} as "remindedAt", o.reminders
    from outages o left join services s using (service)
    where told_closed_at is null and kind = 'unplanned' order by o.started_at, o.service for update of o skip locked`.execute(
    queries,
  );
  return result.rows;
}

/**
 * Jobs that an outage has held so far, by owner, and the time for which they were held, in ms. Each job's time counts once. Time
 * for which an admin's order held a job does not count.
 */
export async function readHeldBy(
  queries: Queries,
  outageId: string,
): Promise<{ held: { owner: string; jobs: number }[]; heldMs: number }> {
  const result = await sql<{ owner: string; jobs: number; ms: number }>`
    with spans as (
      select job_id, greatest(h.since, o.started_at) as since, least(coalesce(h.until, now()), coalesce(o.ended_at, now())) as until
      from outages o join holds h using (service)
      where outage_id = ${outageId} and h.reason not like 'admin/%'
        and (h.until is null or h.until > o.started_at) and h.since < coalesce(o.ended_at, now())),
    held as (select job_id, range_agg(tstzrange(since, greatest(since, until))) as times from spans group by job_id)
    select owner, count(*) as jobs,
      sum((select coalesce(sum(extract(epoch from upper(span) - lower(span))), 0) from unnest(times) as span) * 1000)::float8 as ms
    from held join jobs using (job_id) join submissions using (submission_id) group by owner order by jobs desc, owner`.execute(
    queries,
  );
  return {
    held: result.rows.map(({ owner, jobs }) => ({ owner, jobs })),
    heldMs: result.rows.reduce((total, { ms }) => total + ms, 0),
  };
}

export async function noteCause(queries: Queries, outageId: string, cause: string | null): Promise<void> {
  await sql`update outages set cause = ${cause} where outage_id = ${outageId}`.execute(queries);
}

export async function markOpenTold(queries: Queries, outageIds: readonly string[]): Promise<void> {
  await sql`update outages set told_open_at = now() where outage_id = any(${outageIds})`.execute(queries);
}

export async function markClosedTold(queries: Queries, outageIds: readonly string[]): Promise<void> {
  await sql`
    update outages set told_closed_at = now(), told_open_at = coalesce(told_open_at, now()) where outage_id = any(${outageIds})`.execute(
    queries,
  );
}

export async function markReminded(queries: Queries, outageIds: readonly string[]): Promise<void> {
  await sql`update outages set reminded_at = now(), reminders = reminders + 1 where outage_id = any(${outageIds})`.execute(
    queries,
  );
}

/** A submission that has jobs that are held for long, and whose owner must be notified of that. */
export interface HeldNotice {
  submissionId: string;
  owner: string;
  tell: string[];
  project: string;
  revision: string;
  noticeAfterMs: number;
  /** Why the submission itself waits; null if its jobs wait. */
  trouble: string | null;
  jobs: { jobId: string; test: string; reason: string; since: string }[];
}

/**
 * Takes the submissions whose repository's server has refused for `afterMs`. The address may be wrong, so each owner is notified
 * once, whether they asked for notices or not.
 */
export async function takeRefusedFetches(queries: Queries, afterMs: number): Promise<HeldNotice[]> {
  const result = await sql<Omit<HeldNotice, "jobs" | "noticeAfterMs">>`
    with due as (
      select submission_id from submissions
      where state = 'held' and refusal is not null and refusal_told_at is null
        and refused_since < now() - make_interval(secs => ${afterMs / 1_000})
      for update skip locked limit 100)
    update submissions s set refusal_told_at = now() from due where s.submission_id = due.submission_id
    returning s.submission_id, owner, tell, project, revision, reason as trouble`.execute(queries);
  return result.rows.map((row) => ({ ...row, noticeAfterMs: afterMs, jobs: [] }));
}

/** Takes the submissions whose owners must be notified that jobs are held. Each submission is taken once. */
export async function takeHeldNotices(queries: Queries): Promise<HeldNotice[]> {
  // If all jobs of a submission have ended, it needs no notice.
  await sql`
    update submissions s set noticed_at = now() where notice_after_ms is not null and noticed_at is null and state not in ('fetching', 'held')
      and not exists (select 1 from jobs j where j.submission_id = s.submission_id and j.verdict is null)`.execute(
    queries,
  );
  // All holds of a job count together, even if services alternate. Back-offs count too, up to now.
  const result = await sql<HeldNotice>`
    with due as (
      select submission_id from submissions s where notice_after_ms is not null and noticed_at is null
        and submitted_at < now() - make_interval(secs => notice_after_ms / 1000.0)
        and (state = 'held' or exists (
          select 1 from jobs j cross join lateral (
            select range_agg(tstzrange(since, greatest(since, least(until, now())))) as times from holds h where h.job_id = j.job_id) as held
          where j.submission_id = s.submission_id and j.state = 'held'
            and (select sum(upper(span) - lower(span)) from unnest(times) as span) > make_interval(secs => notice_after_ms / 1000.0)))
      for update skip locked limit 100),
    noticed as (update submissions set noticed_at = now() from due where submissions.submission_id = due.submission_id
      returning submissions.submission_id, owner, tell, project, revision, notice_after_ms, case when state = 'held' then reason end as trouble)
    select submission_id, owner, tell, project, revision, notice_after_ms, trouble, (
      select coalesce(jsonb_agg(jsonb_build_object('jobId', job_id, 'test', test, 'reason', reason, 'since', since) order by job_id), '[]') from (
        select j.job_id, j.test, string_agg(h.detail, '; ' order by h.since) as reason, ${iso("min(h.since)")} as since
        from jobs j join holds h using (job_id)
        where j.submission_id = noticed.submission_id and j.verdict is null and (h.until is null or h.until > now()) group by j.job_id limit 100) as held) as jobs
    from noticed`.execute(queries);
  return result.rows.filter(({ jobs, trouble }) => jobs.length > 0 || trouble !== null);
}
