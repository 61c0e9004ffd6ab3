import { sql } from "kysely";
import type { OutageKind, Severity } from "../../domain/states.js";
import { iso, type Queries } from "../connect.js";

/** An outage as the API shows it. Times are ISO; null while it lasts. */
export interface OutageView {
  outageId: string;
  service: string;
  machine: string | null;
  kind: OutageKind;
  severity: Severity;
  startedAt: string;
  endedAt: string | null;
  /** Up to now while it lasts. */
  durationMs: number;
  flaps: number;
  /** The service whose own outage explains this one. */
  cause: string | null;
  detail: string;
}

export interface OutageFilter {
  /** ISO times; only outages that overlap them. */
  from?: string | undefined;
  to?: string | undefined;
  service?: string | undefined;
  limit: number;
  /** Only outages older than this one: the key of the next page. */
  before?: string | undefined;
}

/** Outages, newest first. */
export async function readOutages(queries: Queries, filter: OutageFilter): Promise<OutageView[]> {
  const conditions = [
    sql`true`,
    filter.from === undefined ? undefined : sql`(ended_at is null or ended_at > ${filter.from})`,
    filter.to === undefined ? undefined : sql`started_at < ${filter.to}`,
    filter.service === undefined ? undefined : sql`service = ${filter.service}`,
    filter.before === undefined
      ? undefined
      : sql`(started_at, outage_id) < (select started_at, outage_id from outages where outage_id = ${filter.before})`,
  ].filter((condition) => condition !== undefined);
  const result = await sql<OutageView>`
    with shown as (
      select * from outages where ${sql.join(conditions, sql` and `)} order by started_at desc, outage_id desc limit ${filter.limit})
    select outage_id, service, machine, kind, severity, ${iso("started_at")} as "startedAt", ${iso("ended_at")} as "endedAt",
      (extract(epoch from greatest(coalesce(ended_at, now()) - started_at, '0')) * 1000)::bigint as "durationMs", flaps, cause, detail
    from shown order by started_at desc, outage_id desc`.execute(queries);
  return result.rows;
}

/** How many jobs an outage's service held while it lasted. */
export async function countHeldJobs(queries: Queries, outageId: string): Promise<number> {
  const result = await sql<{ count: number }>`
    select count(distinct job_id) as count from outages o join holds h using (service)
    where o.outage_id = ${outageId} and h.since < coalesce(o.ended_at, now()) and (h.until is null or h.until > o.started_at)`.execute(
    queries,
  );
  return result.rows[0]!.count;
}
