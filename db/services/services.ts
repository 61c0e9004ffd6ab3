import { type RawBuilder, sql } from "kysely";
import type { ServiceConfig } from "../../domain/config/grid-file.js";
import { type HealthMark, type Override, overrules, type ServiceHealth } from "../../domain/health/health.js";
import type { BadInterval } from "../../domain/verdict/environment/bad-interval.js";
import type { ServiceState, Verdict } from "../../domain/states.js";
import { iso, type Queries, toJson } from "../connect.js";

export interface WatchedService {
  name: string;
  config: ServiceConfig;
  health: ServiceHealth;
  override: Override | null;
  /** The job that watches it now, if its probe is a test. */
  probeJob: string | null;
  /** ISO time of the last probe; null before the first. */
  lastProbeAt: string | null;
  /** When an extra probe was requested last. */
  probeWantedAt: string | null;
  lastGoodAt: string | null;
  /** The last times in which at least one of its probes failed. */
  failedProbes: BadInterval[];
}

export interface ProbeRecord {
  name: string;
  health: ServiceHealth;
  /** ISO time of the probe, and of the last good one. */
  at: string;
  lastGoodAt: string | null;
  /** Whether the service would be up again if this probe had not failed. */
  hasFlapped: boolean;
  /** The state before the probe was counted; if it has changed since then, the count is void. */
  countedFrom: ServiceState;
}

/** Whether an admin has set the service to up against its probe. */
export function isOverruledUp({ override }: Pick<WatchedService, "override">): boolean {
  return overrules(override, new Date().toISOString()) && override.state === "up";
}

/** The services that grid.yaml names, or the parts of the grid itself. */
export async function readServices(queries: Queries, which: "named" | "own" = "named"): Promise<WatchedService[]> {
  const result = await sql<Omit<WatchedService, "health"> & ServiceHealth>`
    select service as name, definition as config, override, probe_job, ${iso("last_probe_at")} as last_probe_at,
      ${iso("probe_wanted_at")} as probe_wanted_at, ${iso("last_good_at")} as last_good_at, failed_probes,
      state, ${iso("since")} as since, failures_in_row, successes_in_row, ${iso("first_failed_at")} as first_failed_at,
      ${iso("first_good_at")} as first_good_at, detail, downs, settle_ms
    from services where own = ${which === "own"} order by service`.execute(queries);
  return result.rows.map(
    ({ name, config, override, probeJob, lastProbeAt, probeWantedAt, lastGoodAt, failedProbes, ...health }) => ({
      name,
      config,
      override,
      probeJob,
      lastProbeAt,
      probeWantedAt,
      lastGoodAt,
      failedProbes,
      health,
    }),
  );
}

/** Adds a part of the grid itself as a service. */
export async function upsertOwnService(queries: Queries, name: string, definition: ServiceConfig): Promise<void> {
  await sql`
    insert into services (service, definition, since, own) values (${name}, ${toJson(definition)}, now(), true)
    on conflict (service) do update set definition = excluded.definition where services.own`.execute(queries);
}

/** Begins a bad interval with a failed probe and ends it with the next good one. Keeps the last twenty. */
const failedProbes = sql`case
  when p.last_good is null and failed_probes->-1 is distinct from null and failed_probes->-1->>'to' is null then failed_probes
  when p.last_good is null then jsonb_path_query_array(failed_probes, '$[last - 18 to last]') || jsonb_build_object(
    'from', to_char(coalesce(services.last_good_at, p.at) at time zone 'utc', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"'),
    'since', to_char(p.at at time zone 'utc', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"'), 'to', null, 'detail', left(p.detail, 300))
  when failed_probes->-1 is distinct from null and failed_probes->-1->>'to' is null then
    jsonb_set(failed_probes, '{-1,to}', to_jsonb(to_char(p.at at time zone 'utc', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')))
  else failed_probes end`;

/** Writes what probes counted, all in one statement. The state itself changes only by `changeServiceState`. */
export async function recordProbes(queries: Queries, probes: readonly ProbeRecord[]): Promise<void> {
  if (probes.length === 0) return;
  const rows = probes.map(({ name, health, at, lastGoodAt, hasFlapped, countedFrom }) => ({
    service: name,
    at,
    last_good: lastGoodAt,
    failures: health.failuresInRow,
    successes: health.successesInRow,
    first_failed: health.firstFailedAt,
    first_good: health.firstGoodAt,
    detail: health.detail,
    downs: health.downs,
    settle: health.settleMs,
    flapped: hasFlapped,
    counted_from: countedFrom,
  }));
  await sql`
    with p as (
      select * from jsonb_to_recordset(${toJson(rows)}) as p (service text, at timestamptz, last_good timestamptz, failures int, successes int,
        first_failed timestamptz, first_good timestamptz, detail text, downs jsonb, settle bigint, flapped boolean, counted_from text)),
    flapped as (
      update outages set flaps = flaps + 1 from p where p.flapped and outages.service = p.service and machine is null and ended_at is null)
    update services set failures_in_row = p.failures, successes_in_row = p.successes, first_failed_at = p.first_failed,
      first_good_at = p.first_good, last_probe_at = p.at, last_good_at = coalesce(p.last_good, last_good_at), detail = p.detail,
      downs = p.downs, settle_ms = p.settle, failed_probes = ${failedProbes}
    from p where services.service = p.service and services.state = p.counted_from`.execute(queries);
}

/** Whether agents count the probes of a service, for a row of `services`. See `isWatchedByMachines`. */
export const watchedByMachines = sql`(definition->>'scope' = 'machine' or definition->>'from' = 'machine')`;

/** Whether a row with `was` and `was_since` is still in the state from which a change was counted. True if that is unknown. */
export function isMarked(from: HealthMark | undefined): RawBuilder<unknown> {
  if (from === undefined) return sql`true`;
  // The database stores finer times than it returns.
  return sql`(was = ${from.state} and date_trunc('milliseconds', was_since) = ${from.since})`;
}

/**
 * Sets the state of a service. Returns the earlier state. Returns undefined if nothing changed, or if another change was recorded
 * in the meantime, so that the state is not the one from which this change was counted. An unknown state restarts the count.
 */
export async function changeServiceState(
  queries: Queries,
  name: string,
  health: ServiceHealth,
  from: HealthMark | undefined,
): Promise<ServiceState | undefined> {
  const isUnknown = health.state === "unknown";
  const result = await sql<{ was: ServiceState }>`
    update services set state = ${health.state}, since = ${health.since}, detail = ${health.detail},
      failures_in_row = case when ${isUnknown} then 0 else failures_in_row end, successes_in_row = case when ${isUnknown} then 0 else successes_in_row end,
      first_failed_at = case when ${isUnknown} then null else first_failed_at end, first_good_at = case when ${isUnknown} then null else first_good_at end,
      settle_ms = case when ${isUnknown} then 0 else settle_ms end
    from (select state as was, since as was_since from services where service = ${name} for update) as before
    where service = ${name} and was <> ${health.state} and ${isMarked(from)} returning was`.execute(queries);
  return result.rows[0]?.was;
}

/** Running jobs that need a service, on one machine or anywhere. */
export async function runningJobsNeeding(queries: Queries, service: string, machine: string | null): Promise<string[]> {
  const result = await sql<{ jobId: string }>`
    select job_id from jobs j where state in ('preparing', 'running')
      and not coalesce(definition->'disturbs', '[]') ? ${`service:${service}`} and requirements @> ${toJson([{ requirement: `service:${service}` }])}
      and (${machine}::text is null or exists (
        select 1 from leases l where l.job_id = j.job_id and l.released_at is null and l.machine = ${machine}))`.execute(
    queries,
  );
  return result.rows.map((row) => row.jobId);
}

/** Stores an override of the probe. Returns whether there is such a service. */
export async function setOverride(queries: Queries, name: string, override: Override): Promise<boolean> {
  const result =
    await sql`update services set override = ${toJson(override)}::jsonb where service = ${name} and not own`.execute(
      queries,
    );
  return Number(result.numAffectedRows ?? 0) > 0;
}

/** Removes an override whose time is over. Returns whether it was removed: a newer one may be in force. */
export async function endOverride(queries: Queries, name: string, now: string): Promise<boolean> {
  const result =
    await sql`update services set override = null where service = ${name} and (override->>'until')::timestamptz <= ${now}`.execute(
      queries,
    );
  return Number(result.numAffectedRows ?? 0) > 0;
}

/** Stores the job that watches a service. Returns false if another one does already. */
export async function beginProbeJob(queries: Queries, name: string, jobId: string): Promise<boolean> {
  const result =
    await sql`update services set probe_job = ${jobId} where service = ${name} and probe_job is null`.execute(queries);
  return Number(result.numAffectedRows ?? 0) > 0;
}

/** Stores that the job that watched a service has ended. */
export async function endProbeJob(queries: Queries, name: string, jobId: string): Promise<void> {
  await sql`update services set probe_job = null where service = ${name} and probe_job = ${jobId}`.execute(queries);
}

/** Requests an extra probe of a service, at most once a minute. A probe that began before this moment does not count. */
export async function requestProbe(queries: Queries, name: string): Promise<void> {
  await sql`update services set probe_wanted_at = now() where service = ${name} and coalesce(probe_wanted_at, '-infinity') < now() - interval '1 minute'`.execute(
    queries,
  );
}

/** Stores why a service cannot be probed at all. */
export async function recordProbeError(queries: Queries, name: string, detail: string): Promise<void> {
  await sql`update services set detail = ${detail} where service = ${name}`.execute(queries);
}

/** A run of the test that watches a service: its verdict, when it started (ISO), and its last machine. */
export async function readProbeRun(
  queries: Queries,
  jobId: string,
): Promise<{ verdict: Verdict | null; test: string; at: string; machine: string | null } | undefined> {
  const result = await sql<{ verdict: Verdict | null; test: string; at: string; machine: string | null }>`
    select verdict, test, coalesce(${iso("started_at")}, ${iso("submitted_at")}) as at,
      (select machine from attempts where attempts.job_id = jobs.job_id order by number desc limit 1) as machine
    from jobs where job_id = ${jobId}`.execute(queries);
  return result.rows[0];
}
