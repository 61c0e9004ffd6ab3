import { sql } from "kysely";
import type { Queries } from "../connect.js";

/** How jobs ended. */
export interface Endings {
  pass: number;
  fail: number;
  abort: number;
  /** How many of those that passed are flaky. */
  flaky: number;
}

/** Medians and 95th percentiles in ms; null without jobs that ran. */
export interface Spans {
  queued: number | null;
  queuedSlow: number | null;
  duration: number | null;
  durationSlow: number | null;
}

/** What a grid did in an interval. */
export interface Statistics {
  /** By day of UTC, oldest first, as `2027-01-31`. Days without a job are left out. */
  days: (Endings & Spans & { day: string })[];
  /** The most active first. */
  projects: (Endings & Spans & { project: string })[];
  /** Tests that passed only in some of their attempts, the worst first. */
  flakiest: (Endings & { project: string; test: string })[];
  /** Tests by the machine time that they took, the longest first. */
  longest: { project: string; test: string; runs: number; machineMs: number }[];
}

const shown = 20;

const endings = sql`
  count(*) filter (where verdict = 'pass') as pass, count(*) filter (where verdict = 'fail') as fail,
  count(*) filter (where verdict = 'abort') as abort, count(*) filter (where flaky) as flaky`;

const percentile = (share: number, span: string) =>
  sql`(percentile_cont(${sql.lit(share)}::float) within group (order by ${sql.raw(span)}))::bigint`;
const spans = sql`
  ${percentile(0.5, "queued")} as queued, ${percentile(0.95, "queued")} as "queuedSlow",
  ${percentile(0.5, "duration")} as duration, ${percentile(0.95, "duration")} as "durationSlow"`;

/** @param from @param to ISO times; jobs that ended between them count @param project the only one that counts; null for all */
export async function readStatistics(
  queries: Queries,
  from: string,
  to: string,
  project: string | null,
): Promise<Statistics> {
  const result = await sql<Statistics>`
    with ended as materialized (
      select j.in_project as project, j.test, case when j.overturned then 'pass' else j.verdict end as verdict, j.flaky and j.verdict = 'pass' as flaky,
        to_char(j.finished_at at time zone 'utc', 'YYYY-MM-DD') as day, extract(epoch from j.started_at - j.submitted_at) * 1000 as queued,
        extract(epoch from j.finished_at - j.started_at) * 1000 as duration
      from jobs j join submissions s using (submission_id)
      where j.verdict is not null and j.finished_at >= ${from} and j.finished_at < ${to} and s.origin = 'user'
        and (${project}::text is null or j.in_project = ${project}))
    select
      (select coalesce(jsonb_agg(d order by day), '[]') from (select day, ${endings}, ${spans} from ended group by day) d) as days,
      (select coalesce(jsonb_agg(p order by pass + fail + abort desc, project), '[]') from (
        select project, ${endings}, ${spans} from ended group by project order by count(*) desc, project limit 200) p) as projects,
      (select coalesce(jsonb_agg(f order by flaky::float / (pass + fail) desc, project, test), '[]') from (
        select project, test, ${endings} from ended group by project, test having count(*) filter (where flaky) > 0
        order by count(*) filter (where flaky)::float / count(*) desc limit ${shown}) f) as flakiest,
      (select coalesce(jsonb_agg(l order by "machineMs" desc, project, test), '[]') from (
        select project, test, count(*) as runs, sum(duration)::bigint as "machineMs" from ended where duration is not null
        group by project, test order by sum(duration) desc limit ${shown}) l) as longest`.execute(queries);
  return result.rows[0]!;
}
