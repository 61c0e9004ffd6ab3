import { sql } from "kysely";
import { type DowntimeReport, reportDowntime } from "../../domain/reports/downtime-report.js";
import type { DowntimeFacts } from "../../domain/reports/downtime-facts.js";
import { iso, type Queries } from "../connect.js";
import { readGridConfig } from "../grid/grid-config.js";
import { countAttempts } from "./share.js";

/** The downtime report of an interval of ISO times. @throws NoGridError */
export async function readDowntime(queries: Queries, from: string, to: string): Promise<DowntimeReport> {
  const facts = await readDowntimeFacts(queries, from, to);
  return reportDowntime(facts, { start: Date.parse(from), end: Date.parse(to) });
}

/** The data of the report of an interval. Jobs with the same holds are one row. @throws NoGridError */
export async function readDowntimeFacts(queries: Queries, from: string, to: string): Promise<DowntimeFacts> {
  const config = await readGridConfig(queries);
  const clock = await sql<{ now: string; born: string | null }>`
    select ${iso("now()")} as now, (select ${iso("least((select min(at) from audit), (select min(started_at) from outages))")}) as born`.execute(
    queries,
  );
  const now = clock.rows[0]?.now ?? to;
  const end = to < now ? to : now;
  const [services, machines, outages, pauses, holds, attempts] = await Promise.all([
    readServiceFacts(queries),
    readMachines(queries, from, end),
    readOutageFacts(queries, from, end),
    readPauseFacts(queries, from, end),
    readHoldGroups(queries, from, end),
    countAttempts(queries, from, end),
  ]);
  return {
    knownSince: clock.rows[0]?.born ?? from,
    now,
    services,
    machines,
    outages,
    pauses,
    holds,
    attempts,
    shareTarget: config.levels["infrastructure-share"],
    // A configuration that an older version stored has none.
    shareTargets: config.levels.identifiers ?? {},
  };
}

async function readServiceFacts(queries: Queries): Promise<DowntimeFacts["services"]> {
  const result = await sql<DowntimeFacts["services"][number]>`
    select service, ${iso("added_at")} as since from services order by service`.execute(queries);
  return result.rows;
}

async function readOutageFacts(queries: Queries, from: string, to: string): Promise<DowntimeFacts["outages"]> {
  const result = await sql<DowntimeFacts["outages"][number]>`
    select service, machine, kind, severity, cause, ${iso("started_at")} as since, ${iso("ended_at")} as until from outages
    where started_at < ${to} and (ended_at is null or ended_at > ${from}) order by started_at`.execute(queries);
  return result.rows;
}

async function readPauseFacts(queries: Queries, from: string, to: string): Promise<DowntimeFacts["pauses"]> {
  const result = await sql<DowntimeFacts["pauses"][number]>`
    select kind, scope, name, ${iso("starts_at")} as since, ${iso("least(ended_at, until)")} as until from pauses
    where scope <> 'job' and starts_at < ${to} and coalesce(least(ended_at, until), 'infinity') > ${from} order by starts_at`.execute(
    queries,
  );
  return result.rows;
}

/** Leases matter only while a job is held, because only then may a machine have been idle because of the hold. */
async function readMachines(queries: Queries, from: string, to: string): Promise<DowntimeFacts["machines"]> {
  const result = await sql<DowntimeFacts["machines"][number]>`
    with held as (
      select range_agg(tstzrange(since, least(coalesce(until, ${to}), ${to}))) as times from holds
      where since < ${to} and (until is null or until > ${from})),
    leased as (
      select machine, range_agg(tstzrange(offered_at, coalesce(released_at, 'infinity'))) as times from leases
      where offered_at < ${to} and (released_at is null or released_at > ${from}) group by machine)
    select machine, ${iso("joined_at")} as since, ${iso("retired_at")} as until, (
      select coalesce(jsonb_agg(jsonb_build_object('since', ${iso("lower(span)")}, 'until', ${iso("upper(span)")})), '[]')
      from unnest(leased.times * held.times) as span) as busy
    from machines cross join held left join leased using (machine)
    where (health <> 'retired' or retired_at > ${from}) and coalesce(joined_at, '-infinity') < ${to} order by machine`.execute(
    queries,
  );
  return result.rows;
}

/** A hold by an admin is not the service's problem, so it counts for the admin's reason and not for the service. */
async function readHoldGroups(queries: Queries, from: string, to: string): Promise<DowntimeFacts["holds"]> {
  const result = await sql<DowntimeFacts["holds"][number]>`
    with clipped as (
      select job_id, case when reason not like 'admin/%' then service end as service,
        case when service is null or reason like 'admin/%' then reason end as reason,
        tstzrange(greatest(since, ${from}), least(coalesce(until, ${to}), ${to})) as span
      from holds where since < ${to} and (until is null or until > ${from})),
    merged as (select job_id, service, reason, range_agg(span) as spans from clipped group by job_id, service, reason),
    jobs_held as (
      select job_id, jsonb_agg(jsonb_build_object('service', service, 'reason', reason, 'spans', spans::text) order by service, reason) as holds
      from merged group by job_id),
    grouped as (select holds, count(*) as jobs from jobs_held group by holds)
    select jobs, (
      select jsonb_agg(hold || jsonb_build_object('spans', (
        select jsonb_agg(jsonb_build_object('since', ${iso("lower(span)")}, 'until', ${iso("upper(span)")}))
        from unnest((hold->>'spans')::tstzmultirange) as span)))
      from jsonb_array_elements(holds) as hold) as holds
    from grouped`.execute(queries);
  return result.rows;
}
