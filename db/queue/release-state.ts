import { sql } from "kysely";
import type { ServiceHealth } from "../../domain/health/health.js";
import { type Queries, toJson } from "../connect.js";

/** Begins to release the jobs of a recovered service gradually. */
export async function beginRelease(queries: Queries, service: string): Promise<void> {
  await sql`update services set release_since = now() where service = ${service}`.execute(queries);
}

/** Ends the gradual release: all jobs of these services may run. */
export async function endRelease(queries: Queries, services: readonly string[]): Promise<void> {
  await sql`update services set release_since = null where service = any(${services})`.execute(queries);
}

/** Which of these services are being released, and already were when a lease was offered. */
export async function releasedAmong(queries: Queries, services: readonly string[], leaseId: string): Promise<string[]> {
  const result = await sql<{ service: string }>`
    select service from services where service = any(${services})
      and release_since <= (select offered_at from leases where lease_id = ${leaseId}) for update`.execute(queries);
  return result.rows.map(({ service }) => service);
}

/** How many released jobs that need each of these services are running or about to run. */
export async function countInFlight(queries: Queries, services: readonly string[]): Promise<Record<string, number>> {
  const counts: Record<string, number> = {};
  for (const service of services) {
    const result = await sql<{ count: number }>`
      select count(*) as count from leases l join jobs j using (job_id)
      where l.released_at is null and l.offered_at >= (select release_since from services where service = ${service}) and j.requirements @> ${toJson([{ requirement: `service:${service}` }])}`.execute(
      queries,
    );
    counts[service] = result.rows[0]?.count ?? 0;
  }
  return counts;
}

/**
 * Stops a release because a released job met the same problem. The service counts as down from then on, whatever its probe says,
 * and its last outage continues. Only its probes can bring it up again.
 */
export async function stopRelease(
  queries: Queries,
  service: string,
  at: string,
  detail: string,
  counts: Pick<ServiceHealth, "downs" | "settleMs">,
): Promise<void> {
  await sql`
    with shut as (
      update services set state = 'down', since = ${at}, detail = ${detail}, release_since = null, successes_in_row = 0, first_good_at = null,
        downs = ${toJson(counts.downs)}, settle_ms = ${counts.settleMs}
      where service = ${service} and state <> 'down' returning service)
    update outages set ended_at = null, told_closed_at = null, looked_back_at = null, told_open_at = case when told_closed_at is null then told_open_at end,
      flaps = flaps + 1, detail = ${detail} from shut
    where outage_id = (
        select outage_id from outages where service = shut.service and machine is null and kind = 'unplanned' and severity = 'down'
        order by started_at desc limit 1)
      and not exists (select 1 from outages o where o.service = shut.service and o.machine is null and o.ended_at is null)`.execute(
    queries,
  );
}
