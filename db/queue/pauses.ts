import { sql } from "kysely";
import type { PauseView, Scope } from "../../domain/holds/pause.js";
import type { PauseKind } from "../../domain/states.js";
import { iso, type Queries } from "../connect.js";

/** A requested pause. `since` may be in the future: maintenance is planned. */
export interface NewPause extends PauseView {
  stopsRunning: boolean;
}

const pauseColumns = sql`pause_id, kind, scope, name, reason, author, ${iso("starts_at")} as since, ${iso("until")} as until`;

/** Writes a pause. Returns whether it is new. */
export async function insertPause(queries: Queries, pause: NewPause): Promise<boolean> {
  const result = await sql`
    insert into pauses (pause_id, kind, scope, name, reason, author, starts_at, until, stops_running)
    values (${pause.pauseId}, ${pause.kind}, ${pause.scope}, ${pause.name}, ${pause.reason}, ${pause.author}, ${pause.since}, ${pause.until}, ${pause.stopsRunning})
    on conflict do nothing`.execute(queries);
  return Number(result.numAffectedRows ?? 0) > 0;
}

/** Ends every pause of a scope, including maintenance that has begun. Returns the pauses that it ended. */
export async function endPauses(queries: Queries, { scope, name }: Scope, by: string): Promise<PauseView[]> {
  const result = await sql<PauseView>`
    update pauses set ended_at = now(), ended_by = ${by}
    where scope = ${scope} and name = ${name} and ended_at is null and starts_at <= now() returning ${pauseColumns}`.execute(
    queries,
  );
  return result.rows;
}

/** Cancels one pause or window. If it has begun, it ends with the next pass of the health monitor. Otherwise it never begins. */
export async function cancelPause(queries: Queries, pauseId: string, by: string): Promise<void> {
  await sql`
    update pauses set until = case when starts_at <= now() then now() else until end,
      ended_at = case when starts_at <= now() then ended_at else starts_at end, ended_by = ${by}
    where pause_id = ${pauseId} and ended_at is null`.execute(queries);
}

/** Pauses and windows that have begun or ended since the last pass, each once. A short one may have done both. */
export async function turnPauses(queries: Queries): Promise<{ begun: NewPause[]; ended: PauseView[] }> {
  const begun = await sql<NewPause>`
    update pauses set begun_at = now() where begun_at is null and ended_at is null and starts_at <= now()
    returning ${pauseColumns}, stops_running`.execute(queries);
  const ended = await sql<PauseView>`
    update pauses set ended_at = until, ended_by = coalesce(ended_by, 'its end') where ended_at is null and until <= now() returning ${pauseColumns}`.execute(
    queries,
  );
  return { begun: begun.rows, ended: ended.rows };
}

/** A pause, with its end; null if it has not ended. */
export interface PauseRecord extends PauseView {
  endedAt: string | null;
  endedBy: string | null;
}

/** Pauses and windows that hold or are planned, and the last `past` ones that have ended. */
export async function readPauses(queries: Queries, past: number): Promise<PauseRecord[]> {
  const result = await sql<PauseRecord>`
    (select ${pauseColumns}, ${iso("ended_at")} as "endedAt", ended_by from pauses where ended_at is null order by starts_at)
    union all
    (select ${pauseColumns}, ${iso("ended_at")} as "endedAt", ended_by from pauses where ended_at is not null order by ended_at desc limit ${past})`.execute(
    queries,
  );
  return result.rows;
}

export async function readPause(queries: Queries, pauseId: string): Promise<PauseRecord | undefined> {
  const result = await sql<PauseRecord>`
    select ${pauseColumns}, ${iso("ended_at")} as "endedAt", ended_by from pauses where pause_id = ${pauseId}`.execute(
    queries,
  );
  return result.rows[0];
}

/** Replaces the windows of grid.yaml that have not ended. One that has begun and is no longer named ends now. */
export async function planMaintenance(
  queries: Queries,
  windows: readonly (Scope & { windowId: string; from: string; until: string; reason: string })[],
): Promise<void> {
  const ids = windows.map(({ windowId }) => windowId);
  await sql`
    update pauses set until = case when starts_at <= now() then now() else until end,
      ended_at = case when starts_at <= now() then ended_at else starts_at end, ended_by = 'grid.yaml'
    where pause_id like 'grid.yaml/%' and pause_id <> all(${ids}) and ended_at is null`.execute(queries);
  for (const { windowId, scope, name, from, until, reason } of windows) {
    await sql`
      insert into pauses (pause_id, kind, scope, name, reason, author, starts_at, until, stops_running)
      select ${windowId}, 'maintenance' as kind, ${scope}, ${name}, ${reason}, 'grid.yaml', greatest(now(), ${from}::timestamptz), ${until}::timestamptz, false where ${until}::timestamptz > now()
      on conflict (pause_id) do update set until = excluded.until, ended_at = null, ended_by = null, begun_at = null
        where pauses.ended_by = 'grid.yaml'`.execute(queries);
  }
}

/** Live leases of jobs in a scope: running jobs, and those about to run. */
export async function leasesWithin(
  queries: Queries,
  { scope, name }: Scope,
): Promise<{ jobId: string; leaseId: string }[]> {
  const reached = {
    grid: sql`true`,
    service: sql`j.requirements @> ${JSON.stringify([{ requirement: `service:${name}` }])}`,
    machine: sql`l.machine = ${name}`,
    job: sql`l.job_id = ${name}`,
  }[scope];
  const result = await sql<{ jobId: string; leaseId: string }>`
    select l.job_id, l.lease_id from leases l join jobs j using (job_id)
    where l.released_at is null and j.verdict is null and ${reached}`.execute(queries);
  return result.rows;
}

/** Whether the scope exists. A job that has ended cannot be paused. */
export async function scopeExists(queries: Queries, { scope, name }: Scope, kind: PauseKind): Promise<boolean> {
  if (scope === "grid") return true;
  if (scope === "job" && kind === "maintenance") return false;
  const found = {
    service: sql`select 1 from services where service = ${name} and not own`,
    machine: sql`select 1 from machines where machine = ${name} and health <> 'retired'`,
    job: sql`select 1 from jobs where job_id = ${name} and verdict is null`,
  }[scope];
  return (await found.execute(queries)).rows.length > 0;
}

/** Whether a service is in planned maintenance now, by itself, with its machine, or with the whole grid. */
export async function isInMaintenance(queries: Queries, service: string, machine: string | null): Promise<boolean> {
  const result = await sql`
    select 1 from pauses where kind = 'maintenance'
      and (scope = 'grid' or (scope = 'service' and name = ${service}) or (scope = 'machine' and name = ${machine}))
      and ended_at is null and starts_at <= now() and (until is null or until > now())`.execute(queries);
  return result.rows.length > 0;
}
