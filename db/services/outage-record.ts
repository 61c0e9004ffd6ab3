import { sql } from "kysely";
import type { Interval } from "../../domain/time/interval.js";
import type { BadInterval } from "../../domain/verdict/environment/bad-interval.js";
import type { OutageKind, Severity } from "../../domain/states.js";
import { iso, type Queries } from "../connect.js";
import { watchedByMachines } from "./services.js";

export interface NewOutage {
  outageId: string;
  service: string;
  /** Null if the service is the same for all machines. */
  machine: string | null;
  kind: OutageKind;
  severity: Severity;
  startedAt: string;
  detail: string;
  cause: string | null;
}

/** Whether a window is about `s.service` as `s.machine` sees it. */
const isWindowOf = sql`kind = 'maintenance' and (scope = 'grid' or (scope = 'service' and name = s.service) or (scope = 'machine' and name = s.machine))`;
/** The end of the last window about `s.service` and `s.machine`, even if its end is not recorded yet. */
export const endOfLastWindow = sql`(
  select max(coalesce(ended_at, until)) from pauses
  where ${isWindowOf} and (begun_at is not null or ended_at is null) and coalesce(ended_at, until) <= now())`;

/**
 * Opens the outage of a service, unless one is open. An unplanned outage does not begin before the end of the last planned
 * window. For verdicts, it reaches back to the last good probe, see `last_good_at`.
 */
export async function openOutage(queries: Queries, outage: NewOutage): Promise<void> {
  const { outageId, service, machine, kind, severity, startedAt, detail, cause } = outage;
  const begun = sql`greatest(${startedAt}::timestamptz, case when ${kind} = 'unplanned' then ${endOfLastWindow} end)`;
  const lastGood = sql`(select last_good_at from services where s.machine is null and services.service = s.service)`;
  await sql`
    insert into outages (outage_id, service, machine, kind, severity, started_at, last_good_at, detail, cause)
    select ${outageId}, service, machine, ${kind}, ${severity}, ${begun},
      least(coalesce(${lastGood}, ${startedAt}::timestamptz), ${begun}), ${detail}, ${cause}
    from (values (${service}::text, ${machine}::text)) as s (service, machine)
    on conflict do nothing`.execute(queries);
}

/** Whether agents count a service's probes. */
const byMachines = sql`coalesce('machine' in (definition->>'scope', definition->>'from'), false)`;

/**
 * Opens an outage for everything that is down or degraded, not in maintenance, and without an open outage. The outage begins at
 * the end of the window that hid it.
 */
export async function openStillDown(queries: Queries): Promise<void> {
  await sql`
    insert into outages (outage_id, service, machine, kind, severity, started_at, last_good_at, detail)
    select gen_random_uuid()::text, service, machine, 'unplanned', state, greatest(since, ${endOfLastWindow}), last_good_at,
      'still ' || state || ' after maintenance: ' || detail
    from (
      select service, null::text as machine, state, since, coalesce(last_good_at, since) as last_good_at, detail from services where not ${byMachines}
      union all select service, machine, m.state, m.since, m.since, m.detail from machine_services m
        join services using (service) join machines using (machine) where ${byMachines} and health <> 'retired') as s
    where state in ('down', 'degraded')
      and not exists (select 1 from outages o where o.service = s.service and o.machine is not distinct from s.machine and o.ended_at is null)
      and not exists (select 1 from pauses where ${isWindowOf} and ended_at is null and starts_at <= now() and until > now())
    on conflict do nothing`.execute(queries);
}

/** Ends the planned outages of machines that are away and no longer in maintenance. */
export async function endPlannedAbsences(queries: Queries, endedAt: string): Promise<void> {
  await sql`
    update outages set ended_at = greatest(started_at, ${endedAt}::timestamptz)
    where kind = 'maintenance' and service like 'machine/%' and ended_at is null and not exists (
      select 1 from pauses p where p.kind = 'maintenance' and p.ended_at is null and starts_at <= now() and until > now()
        and (scope = 'grid' or (scope = 'machine' and name = substr(service, 9))))`.execute(queries);
}

/** Ends the outages of services and machines that the grid no longer has, or no longer watches from there. */
export async function closeOrphans(queries: Queries): Promise<void> {
  await sql`
    update outages set ended_at = greatest(started_at, now()) where ended_at is null and (
      (service like 'machine/%' and not exists (select 1 from machines where 'machine/' || machine = service and health <> 'retired'))
      or (service not like 'machine/%' and not exists (select 1 from services where services.service = outages.service))
      or (machine is not null and not exists (select 1 from machines m where m.machine = outages.machine and health <> 'retired'))
      or (kind = 'unplanned' and exists (select 1 from services where services.service = outages.service and (machine is null) = ${watchedByMachines})))`.execute(
    queries,
  );
}

/**
 * Continues the last outage of a service if it ended less than `withinMs` ago, and no window has ended since then (a flap).
 * Returns whether there was one.
 */
export async function reopenOutage(
  queries: Queries,
  { service, machine, severity, startedAt }: NewOutage,
  withinMs: number,
): Promise<boolean> {
  const result = await sql`
    update outages set ended_at = null, flaps = flaps + 1, told_closed_at = null, looked_back_at = null,
      told_open_at = case when told_closed_at is null then told_open_at end, reminders = case when told_closed_at is null then reminders else 0 end
    from (values (${service}::text, ${machine}::text)) as s (service, machine)
    where outage_id = (
      select outage_id from outages where service = ${service} and machine is not distinct from ${machine} and kind = 'unplanned' and severity = ${severity}
      order by started_at desc limit 1)
    and ended_at > ${startedAt}::timestamptz - make_interval(secs => ${withinMs / 1000})
    and coalesce(${endOfLastWindow} <= ended_at, true)
    and not exists (select 1 from outages o where o.service = ${service} and o.machine is not distinct from ${machine} and o.ended_at is null)`.execute(
    queries,
  );
  return Number(result.numAffectedRows ?? 0) > 0;
}

/** Ends a service's open outage of one kind. Returns its severity; undefined if none was open. */
export async function closeOutage(
  queries: Queries,
  { service, machine, kind }: Pick<NewOutage, "service" | "machine" | "kind">,
  endedAt: string,
): Promise<Severity | undefined> {
  const result = await sql<{ severity: Severity }>`
    update outages set ended_at = greatest(started_at, ${endedAt}::timestamptz)
    where service = ${service} and machine is not distinct from ${machine} and kind = ${kind} and ended_at is null returning severity`.execute(
    queries,
  );
  return result.rows[0]?.severity;
}

/**
 * Records an outage that is over when it is found. There is no alarm, at most a notice of its end. Does nothing if an outage at
 * that time is known.
 */
export async function insertPastOutage(
  queries: Queries,
  outage: NewOutage,
  endedAt: string,
  telling: "untold" | "told at its end" = "untold",
): Promise<boolean> {
  const { outageId, service, machine, kind, severity, startedAt, detail } = outage;
  const result = await sql`
    insert into outages (outage_id, service, machine, kind, severity, started_at, ended_at, detail, told_open_at, told_closed_at)
    select ${outageId}, ${service} as service, ${machine}, ${kind}, ${severity}, ${startedAt}, ${endedAt}, ${detail}, now(),
      case when ${telling} = 'untold' then now() end
    where not exists (
      select 1 from outages where service = ${service} and machine is not distinct from ${machine}
        and started_at < ${endedAt} and (ended_at is null or ended_at > ${startedAt}))
    on conflict do nothing`.execute(queries);
  return Number(result.numAffectedRows ?? 0) > 0;
}

/** Records an outage that an admin reports. Returns whether this grid has such a service. */
export async function recordPastOutage(
  queries: Queries,
  {
    outageId,
    service,
    from,
    to,
    reason,
  }: { outageId: string; service: string; from: string; to: string; reason: string },
): Promise<boolean> {
  const result = await sql`
    insert into outages (outage_id, service, kind, severity, started_at, ended_at, detail, told_open_at, told_closed_at)
    select ${outageId}, service, 'unplanned', 'down', ${from}, ${to}, ${reason}, now(), now() from services where service = ${service} and not own
    on conflict (outage_id) do update set detail = excluded.detail`.execute(queries);
  return Number(result.numAffectedRows ?? 0) > 0;
}

/**
 * Outages of these services that touch a machine and overlap a window. Each reaches from the last good probe before it to the
 * first good one after it.
 */
export async function outagesWithin(
  queries: Queries,
  services: readonly string[],
  machine: string,
  window: Interval,
): Promise<(BadInterval & { service: string })[]> {
  const result = await sql<BadInterval & { service: string }>`
    select service, ${iso("coalesce(last_good_at, started_at)")} as "from", ${iso("started_at")} as since, ${iso("ended_at")} as "to", detail
    from outages
    where service = any(${services}) and severity = 'down' and (machine is null or machine = ${machine})
      and coalesce(last_good_at, started_at) <= ${new Date(window.end)} and (ended_at is null or ended_at >= ${new Date(window.start)})
    order by started_at`.execute(queries);
  return result.rows;
}
