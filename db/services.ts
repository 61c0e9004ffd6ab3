import { sql } from "kysely";
import type { ServiceConfig } from "../domain/files/grid-file.js";
import type { ServiceHealth } from "../domain/health.js";
import { type Queries, toJson } from "./connect.js";

export interface WatchedService {
  name: string;
  config: ServiceConfig;
  health: ServiceHealth;
}

export interface ProbeRecord {
  name: string;
  health: ServiceHealth;
  /** ISO time of the probe, and of the last good one. */
  at: string;
  lastGoodAt: string | null;
}

export async function readServices(queries: Queries): Promise<WatchedService[]> {
  const rows = await queries.selectFrom("services").selectAll().orderBy("service").execute();
  return rows.map((row) => ({
    name: row.service,
    config: row.definition,
    health: {
      state: row.state,
      since: row.since.toISOString(),
      failuresInRow: row.failures_in_row,
      successesInRow: row.successes_in_row,
      firstFailedAt: row.first_failed_at?.toISOString() ?? null,
      firstGoodAt: row.first_good_at?.toISOString() ?? null,
      detail: row.detail,
      downs: row.downs,
      settleMs: row.settle_ms,
    },
  }));
}

/** Writes what probes counted, all in one statement. The state itself changes only by `changeServiceState`. */
export async function recordProbes(queries: Queries, probes: readonly ProbeRecord[]): Promise<void> {
  if (probes.length === 0) return;
  const rows = probes.map(({ name, health, at, lastGoodAt }) => ({
    service: name,
    at,
    last_good: lastGoodAt,
    failures: health.failuresInRow,
    successes: health.successesInRow,
    first_failed: health.firstFailedAt,
    first_good: health.firstGoodAt,
    detail: health.detail,
  }));
  await sql`
    update services set failures_in_row = p.failures, successes_in_row = p.successes, first_failed_at = p.first_failed,
      first_good_at = p.first_good, last_probe_at = p.at, last_good_at = coalesce(p.last_good, last_good_at), detail = p.detail
    from jsonb_to_recordset(${toJson(rows)}) as p (service text, at timestamptz, last_good timestamptz, failures int, successes int,
      first_failed timestamptz, first_good timestamptz, detail text)
    where services.service = p.service`.execute(queries);
}

/** Sets the state of a service. Returns false where it already was so: the change had been recorded before. */
export async function changeServiceState(queries: Queries, name: string, health: ServiceHealth): Promise<boolean> {
  const result = await sql`
    update services set state = ${health.state}, since = ${health.since}, detail = ${health.detail}
    where service = ${name} and state <> ${health.state}`.execute(queries);
  return Number(result.numAffectedRows ?? 0) > 0;
}

/** Opens the outage of a service, unless one is open. It reaches back to the last good probe for judging, see `last_good_at`. */
export async function openOutage(
  queries: Queries,
  outageId: string,
  service: string,
  startedAt: string,
  detail: string,
): Promise<void> {
  await sql`
    insert into outages (outage_id, service, kind, started_at, last_good_at, detail)
    select ${outageId}, service, 'unplanned', ${startedAt}, last_good_at, ${detail} from services where service = ${service}
    on conflict do nothing`.execute(queries);
}

export async function closeOutage(queries: Queries, service: string, endedAt: string): Promise<void> {
  await sql`update outages set ended_at = greatest(started_at, ${endedAt}::timestamptz) where service = ${service} and ended_at is null`.execute(
    queries,
  );
}

/** Outages of these services that overlap a window, reaching from the last good probe before to the first good one after. */
export async function outagesWithin(
  queries: Queries,
  services: readonly string[],
  from: string,
  to: string,
): Promise<{ service: string; startedAt: string; endedAt: string | null; detail: string }[]> {
  const result = await sql<{ service: string; started_at: Date; ended_at: Date | null; detail: string }>`
    select service, started_at, ended_at, detail from outages
    where service = any(${services}) and coalesce(last_good_at, started_at) < ${to} and (ended_at is null or ended_at > ${from})
    order by started_at`.execute(queries);
  return result.rows.map((row) => ({
    service: row.service,
    startedAt: row.started_at.toISOString(),
    endedAt: row.ended_at?.toISOString() ?? null,
    detail: row.detail,
  }));
}

/** Running jobs that need a service. */
export async function runningJobsNeeding(queries: Queries, service: string): Promise<string[]> {
  const result = await sql<{ job_id: string }>`
    select job_id from jobs where state in ('preparing', 'running')
      and not coalesce(definition->'disturbs', '[]') ? ${`service:${service}`} and requirements @> ${toJson([{ requirement: `service:${service}` }])}`.execute(
    queries,
  );
  return result.rows.map((row) => row.job_id);
}

export async function countHeldFor(queries: Queries, service: string): Promise<number> {
  const result = await sql<{
    count: number;
  }>`select count(*) as count from holds where service = ${service} and until is null`.execute(queries);
  return result.rows[0]?.count ?? 0;
}
