import { sql } from "kysely";
import type { DowntimeFacts } from "../domain/downtime/facts.js";
import type { Interval } from "../domain/interval.js";
import type { Queries } from "./connect.js";
import { readGridConfig } from "./grid.js";
import { readInfrastructureShare } from "./share.js";

/** A column of time as ms since the epoch, cut to an interval; what lasts still ends now. */
const ms = (time: ReturnType<typeof sql>) => sql`(extract(epoch from ${time}) * 1000)::float8`;

/** All that a downtime report needs, grouped so that a hundred thousand held jobs are a few rows. @param from @param to ISO times */
export async function readDowntimeFacts(queries: Queries, from: string, to: string): Promise<DowntimeFacts> {
  const end = sql`least(${to}::timestamptz, now())`;
  const start = sql`${from}::timestamptz`;
  const within = (since: string, until: string) =>
    sql`${sql.raw(since)} < ${end} and coalesce(${sql.raw(until)}, now()) > ${start}`;
  const cut = (since: string, until: string) =>
    sql`${ms(sql`greatest(${sql.raw(since)}, ${start})`)} as start, ${ms(sql`least(coalesce(${sql.raw(until)}, now()), ${end})`)} as "end"`;

  const outages = await sql<DowntimeFacts["outages"][number]>`
    select service, machine, kind, severity, flaps, cause, started_at >= ${start} as "hasBegun", ended_at is not null and ended_at <= ${end} as "hasEnded",
      ${cut("started_at", "ended_at")} from outages where ${within("started_at", "ended_at")} order by started_at`.execute(
    queries,
  );
  const pauses = await sql<DowntimeFacts["pauses"][number]>`
    select kind, scope, name, ${cut("starts_at", "least(ended_at, until)")} from pauses
    where ${within("starts_at", "least(ended_at, until)")} order by starts_at`.execute(queries);
  const holds = await sql<DowntimeFacts["holds"][number]>`
    select service, reason, count(*) as jobs, ${cut("since", "until")} from holds
    where ${within("since", "until")} group by service, reason, since, until`.execute(queries);
  const held = await sql<{ service: string | null; jobs: number }>`
    select service, count(distinct job_id) as jobs from holds where ${within("since", "until")} group by grouping sets ((service), ())`.execute(
    queries,
  );
  const together = await sql<{ intervals: Interval[]; jobs: number }>`
    select (select jsonb_agg(jsonb_build_object('start', ${ms(sql`lower(r)`)}, 'end', ${ms(sql`upper(r)`)})) from unnest(ranges) as r) as intervals, jobs
    from (select ranges, count(*) as jobs from (
      select job_id, range_agg(tstzrange(greatest(since, ${start}), least(coalesce(until, now()), ${end}))) as ranges
      from holds where ${within("since", "until")} group by job_id) as each where not isempty(ranges) group by ranges) as grouped`.execute(
    queries,
  );
  const leased = await sql<{ machine: string; intervals: Interval[] | null }>`
    select machine, (
      select jsonb_agg(jsonb_build_object('start', ${ms(sql`lower(r)`)}, 'end', ${ms(sql`upper(r)`)}))
      from unnest((select range_agg(tstzrange(greatest(offered_at, ${start}), least(coalesce(released_at, now()), ${end}))) from leases l
        where l.machine = machines.machine and ${within("offered_at", "released_at")})) as r where not isempty(r)) as intervals
    from machines where health <> 'retired'`.execute(queries);
  const { levels } = await readGridConfig(queries);
  const clock = await sql<{ end: number }>`select ${ms(end)} as end`.execute(queries);
  return {
    interval: { start: Date.parse(from), end: Math.max(Date.parse(from), clock.rows[0]!.end) },
    outages: outages.rows,
    pauses: pauses.rows,
    holds: holds.rows,
    jobsHeldFor: Object.fromEntries(
      held.rows.filter(({ service }) => service !== null).map(({ service, jobs }) => [service, jobs]),
    ),
    jobsHeld: together.rows.reduce((total, { jobs }) => total + jobs, 0),
    heldTogether: together.rows,
    leased: Object.fromEntries(leased.rows.map(({ machine, intervals }) => [machine, intervals ?? []])),
    share: {
      ...(await readInfrastructureShare(queries, from, to)),
      target: levels["infrastructure-share"],
    },
  };
}
