import { sql } from "kysely";
import { recordAudit } from "../access/audit.js";
import type { Queries } from "../connect.js";
import { offlineAfterMs } from "../grid/grid-view.js";
import { notifyDispatch } from "../queue/dispatch-signal.js";
import { endOfLastWindow, insertPastOutage } from "../services/outage-record.js";

const recently = sql`seen_at > now() - make_interval(secs => ${offlineAfterMs / 1000})`;

const awayDetail = "its agent did not report";

/** Records the return of a machine's agent. An outage shows how long it was away, even if nobody noticed. */
export async function noteReturn(
  queries: Queries,
  machine: string,
  awaySince: string | null,
  outageId: string,
): Promise<void> {
  await noteReturns(queries);
  if (awaySince !== null) {
    const part = { service: `machine/${machine}`, machine: null, kind: "unplanned", severity: "down" } as const;
    const outage = { ...part, outageId, startedAt: awaySince, detail: awayDetail, cause: null };
    await insertPastOutage(queries, outage, new Date().toISOString());
    await forgetAbsences(queries);
  }
  await notifyDispatch(queries);
}

/** How much longer than the database a machine may seem to be away: its agent retries its reports. */
const returnMs = 30_000;

/**
 * Removes absences of machines that could not report only because the database was unreachable. It does not matter which of the
 * two is recorded first.
 */
export async function forgetAbsences(queries: Queries): Promise<void> {
  await sql`
    delete from outages o using outages d
    where o.service like 'machine/%' and o.ended_at > now() - interval '1 hour' and o.told_closed_at is not null
      and d.service = 'grid/database' and d.started_at - make_interval(secs => ${offlineAfterMs / 1000}) <= o.started_at
      and d.ended_at + make_interval(secs => ${returnMs / 1000}) >= o.ended_at and o.detail = ${awayDetail}`.execute(
    queries,
  );
}

/** Ends the outages of machines that report. */
export async function noteReturns(queries: Queries): Promise<void> {
  const back = await sql<{ machine: string }>`
    update outages set ended_at = greatest(started_at, now()) from machines
    where outages.service = 'machine/' || machines.machine and ended_at is null and ${recently} returning machines.machine`.execute(
    queries,
  );
  for (const { machine } of back.rows)
    await recordAudit(queries, "monitor", "online", `machine:${machine}`, "it reports again");
}

/**
 * Opens the outages of machines that have stopped reporting. An outage begins with the last report, or with the end of the last
 * outage or maintenance window. During maintenance, there is no alarm.
 */
export async function noteAbsences(queries: Queries): Promise<void> {
  const away = await sql<{ machine: string; since: Date }>`
    insert into outages (outage_id, service, kind, started_at, detail)
    select gen_random_uuid()::text, service, case when exists (
        select 1 from pauses where kind = 'maintenance' and ended_at is null and starts_at <= now() and until > now()
          and (scope = 'grid' or (scope = 'machine' and name = machine))) then 'maintenance' else 'unplanned' end,
      greatest(seen_at, (select max(ended_at) from outages o where o.service = s.service), ${endOfLastWindow}),
      case when exists (select 1 from machines where health <> 'retired' and ${recently}) then 'its agent has stopped reporting'
        else 'no machine''s agent reports; they reach the grid by its API' end
    from (select *, 'machine/' || machine as service from machines) as s where health <> 'retired' and not (${recently})
      and not exists (select 1 from outages o where o.service = s.service and o.ended_at is null)
    on conflict do nothing returning substr(service, 9) as machine, started_at as since`.execute(queries);
  for (const { machine, since } of away.rows)
    await recordAudit(queries, "monitor", "offline", `machine:${machine}`, `not heard of since ${since.toISOString()}`);
}
