import { sql } from "kysely";
import { asOverruled, type HealthMark, type Override, type ServiceHealth } from "../../domain/health/health.js";
import type { ServiceState } from "../../domain/states.js";
import { iso, type Queries, toJson } from "../connect.js";
import { offlineAfterMs, isReportFresh } from "../grid/grid-view.js";
import { isMarked, watchedByMachines } from "../services/services.js";

/** Stores the health of services that an agent has counted. If it reports the same probe again, nothing changes. */
export async function reportMachineServices(
  queries: Queries,
  machine: string,
  reports: readonly { service: string; health: ServiceHealth; at: string }[],
): Promise<void> {
  if (reports.length === 0) return;
  await sql`
    with told as (
      select r.* from jsonb_to_recordset(${toJson(reports)}) as r (service text, health jsonb, at timestamptz) join services using (service)
      where ${watchedByMachines}),
    flapped as (
      update outages set flaps = flaps + 1 from told join machine_services m on m.service = told.service and m.machine = ${machine}
      where outages.service = told.service and outages.machine = ${machine} and ended_at is null
        and m.reported->>'state' = told.health->>'state' and m.reported->'downs'->-1 is distinct from told.health->'downs'->-1)
    insert into machine_services (service, machine, since, detail, reported, reported_at, last_probe_at)
    select service, ${machine}, now(), health->>'detail', health, now(), at from told
    on conflict (service, machine) do update set reported = excluded.reported, detail = excluded.detail, last_probe_at = excluded.last_probe_at,
      reported_at = case when machine_services.last_probe_at = excluded.last_probe_at then machine_services.reported_at else now() end`.execute(
    queries,
  );
}

/** Services whose state on a machine, reported by its agent or overridden by an admin, differs from the recorded one. */
export async function readMachineChanges(
  queries: Queries,
  now: string,
): Promise<{ service: string; machine: string; health: ServiceHealth; from: HealthMark }[]> {
  const result = await sql<{
    service: string;
    machine: string;
    reported: ServiceHealth;
    override: Override | null;
    from: HealthMark;
  }>`
    select service, machine, reported, override, jsonb_build_object('state', m.state, 'since', ${iso("m.since")}) as "from"
    from machine_services m join services using (service) join machines using (machine)
    where (m.reported->>'state' <> m.state or override is not null) and ${isReportFresh} and ${watchedByMachines}`.execute(
    queries,
  );
  return result.rows
    .map(({ reported, override, ...row }) => ({ ...row, health: asOverruled(reported, override, now) }))
    .filter(({ health, from }) => health.state !== from.state);
}

/** Sets the state of a service on one machine. Returns the earlier state; undefined if nothing changed. */
export async function changeMachineServiceState(
  queries: Queries,
  name: string,
  machine: string,
  health: ServiceHealth,
  from: HealthMark | undefined,
): Promise<ServiceState | undefined> {
  const result = await sql<{ was: ServiceState }>`
    update machine_services m set state = ${health.state}, since = ${health.since}, detail = ${health.detail}
    from (select state as was, since as was_since from machine_services where service = ${name} and machine = ${machine} for update) as before
    where service = ${name} and machine = ${machine} and was <> ${health.state} and ${isMarked(from)} returning was`.execute(
    queries,
  );
  return result.rows[0]?.was;
}

/** The state of every service on every machine that is online and watches it. */
export async function readMachineStates(
  queries: Queries,
): Promise<{ service: string; machine: string; state: ServiceState }[]> {
  const result = await sql<{ service: string; machine: string; state: ServiceState }>`
    select service, machine, m.state from machine_services m join services using (service) join machines using (machine)
    where health <> 'retired' and seen_at > now() - make_interval(secs => ${offlineAfterMs / 1000}) and ${watchedByMachines}`.execute(
    queries,
  );
  return result.rows;
}
