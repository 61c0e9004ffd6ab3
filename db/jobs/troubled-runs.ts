import { sql } from "kysely";
import type { Queries } from "../connect.js";

/** A run that continues although a required service is down on its machine. */
export interface TroubledRun {
  jobId: string;
  leaseId: string;
  service: string;
  detail: string;
}

/** Runs during outages that began at least `ageMs` ago, without those of tests that break the service on purpose. */
export async function readTroubledRuns(queries: Queries, ageMs: number): Promise<TroubledRun[]> {
  const result = await sql<TroubledRun>`
    with down as (
      select service, null as machine, detail, since from services where state = 'down'
      union all select service, machine, detail, since from machine_services where state = 'down')
    select j.job_id, l.lease_id, d.service, d.detail
    from leases l join jobs j using (job_id) join down d
      on j.requirements @> jsonb_build_array(jsonb_build_object('requirement', 'service:' || d.service))
        and (d.machine is null or d.machine = l.machine)
    where l.released_at is null and l.confirmed_at is not null and j.verdict is null
      and d.since < now() - make_interval(secs => ${ageMs / 1000})
      and not coalesce(j.definition->'disturbs', '[]') ? ('service:' || d.service)`.execute(queries);
  return result.rows;
}
