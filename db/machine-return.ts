import { sql } from "kysely";
import { recordAudit } from "./audit.js";
import type { Queries } from "./connect.js";
import { offlineAfterMs } from "./grid-view.js";
import { notifyDispatch } from "./leases.js";
import { insertPastOutage } from "./outage-record.js";

const recently = sql`seen_at > now() - make_interval(secs => ${offlineAfterMs / 1000})`;

/** A machine's agent reports again after it was away: how long, stands in an outage, whether or not anybody missed it. */
export async function noteReturn(
  queries: Queries,
  machine: string,
  awaySince: string | null,
  outageId: string,
): Promise<void> {
  await noteReturns(queries);
  if (awaySince !== null) {
    const detail = "its agent did not report";
    const part = { service: `machine/${machine}`, machine: null, kind: "unplanned", severity: "down" } as const;
    const outage = { ...part, outageId, startedAt: awaySince, detail, cause: null };
    await insertPastOutage(queries, outage, new Date().toISOString());
  }
  await notifyDispatch(queries);
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

/** Opens the outages of machines that have stopped reporting: since they last did. Maintenance alarms nobody. */
export async function noteAbsences(queries: Queries): Promise<void> {
  const away = await sql<{ machine: string; since: Date }>`
    insert into outages (outage_id, service, kind, started_at, detail)
    select gen_random_uuid()::text, 'machine/' || machine, case when exists (
        select 1 from pauses where kind = 'maintenance' and ended_at is null and starts_at <= now() and until > now()
          and (scope = 'grid' or (scope = 'machine' and name = machine))) then 'maintenance' else 'unplanned' end, seen_at, 'its agent has stopped reporting'
    from machines m where health <> 'retired' and not (${recently})
      and not exists (select 1 from outages o where o.service = 'machine/' || m.machine and o.ended_at is null)
    on conflict do nothing returning substr(service, 9) as machine, started_at as since`.execute(queries);
  for (const { machine, since } of away.rows)
    await recordAudit(queries, "monitor", "offline", `machine:${machine}`, `not heard of since ${since.toISOString()}`);
}
