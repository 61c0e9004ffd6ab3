import { sql } from "kysely";
import type { OutageKind, Severity } from "../domain/words.js";
import { iso, type Queries } from "./connect.js";

/** An outage as it is listed. ISO times, durations in ms; `endedAt` is null while it lasts. */
export interface OutageView {
  outageId: string;
  service: string;
  machine: string | null;
  kind: OutageKind;
  severity: Severity;
  startedAt: string;
  endedAt: string | null;
  lastedMs: number;
  flaps: number;
  cause: string | null;
  detail: string;
  jobsHeld: number;
}

export interface OutageFilter {
  from?: string | undefined;
  to?: string | undefined;
  service?: string | undefined;
  /** The key of the next page: the `next` of the one before. */
  before?: string | undefined;
  limit: number;
}

/** Outages that touch a time, the latest first. */
export async function readOutages(queries: Queries, filter: OutageFilter): Promise<OutageView[]> {
  const [beforeTime, beforeId] = filter.before?.split(/\/(.*)/s) ?? [];
  const conditions = [
    filter.service === undefined ? undefined : sql`service = ${filter.service}`,
    filter.to === undefined ? undefined : sql`started_at < ${filter.to}`,
    filter.from === undefined ? undefined : sql`(ended_at is null or ended_at > ${filter.from})`,
    beforeTime === undefined
      ? undefined
      : sql`(date_trunc('milliseconds', started_at), outage_id) < (${beforeTime}::timestamptz, ${beforeId ?? ""})`,
  ].filter((condition) => condition !== undefined);
  const result = await sql<OutageView>`
    select outage_id as "outageId", service, machine, kind, severity, ${iso("started_at")} as "startedAt", ${iso("ended_at")} as "endedAt",
      (extract(epoch from coalesce(ended_at, now()) - started_at) * 1000)::float8 as "lastedMs", flaps, cause, detail,
      (select count(distinct job_id) from holds h where h.service = outages.service and (h.until is null or h.until > outages.started_at)
        and h.since < coalesce(outages.ended_at, now())) as "jobsHeld"
    from outages where ${conditions.length === 0 ? sql`true` : sql.join(conditions, sql` and `)}
    order by date_trunc('milliseconds', started_at) desc, outage_id desc limit ${filter.limit}`.execute(queries);
  return result.rows;
}

/** The key of the page after an outage. */
export function keyOf({ startedAt, outageId }: OutageView): string {
  return `${startedAt}/${outageId}`;
}
