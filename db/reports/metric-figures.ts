import { sql } from "kysely";
import type { Queries } from "../connect.js";

/** Held jobs by reason and service, and how long the oldest of each has been held. */
export async function readHolds(
  queries: Queries,
): Promise<{ reason: string; service: string | null; count: number; seconds: number }[]> {
  const result = await sql<{ reason: string; service: string | null; count: number; seconds: number }>`
    select reason, service, count(distinct job_id) as count, extract(epoch from max(now() - since))::float as seconds
    from holds join jobs using (job_id) where until is null and verdict is null group by reason, service`.execute(
    queries,
  );
  return result.rows;
}

export interface GridGauges {
  /** Jobs in the queue that are not held. */
  waiting: number;
  /** Outages that have not ended. */
  outages: number;
  /** Medians of the last day in seconds: from start to end, and from submission to start. Null without jobs. */
  duration: number | null;
  queued: number | null;
}

export async function readSpans(queries: Queries): Promise<GridGauges> {
  const result = await sql<GridGauges>`
    select (select coalesce(sum(change), 0)::bigint from job_tallies where state = 'waiting') as waiting, (select count(*) from outages where ended_at is null) as outages,
      percentile_cont(0.5) within group (order by extract(epoch from finished_at - started_at)) as duration,
      percentile_cont(0.5) within group (order by extract(epoch from started_at - submitted_at)) as queued
    from (select started_at, finished_at, submitted_at from jobs
      where verdict is not null and finished_at > now() - interval '1 day' order by finished_at desc limit 10000) as last`.execute(
    queries,
  );
  return result.rows[0] ?? { waiting: 0, outages: 0, duration: null, queued: null };
}
