import { sql } from "kysely";
import { iso, type Queries } from "../connect.js";

/**
 * Stores a heartbeat of a part of the grid.
 * Returns the time of the previous one if that is too long ago, so that the part's own record has a gap.
 */
export async function noteHeartbeat(queries: Queries, part: string, longestGapMs: number): Promise<string | null> {
  const result = await sql<{ since: string | null }>`
    with before as (select service, last_probe_at from services where service = ${part} for update)
    update services set last_probe_at = now(), last_good_at = now(), state = 'up',
      since = case when services.state = 'up' then services.since else now() end
    from before where services.service = before.service
    returning case when before.last_probe_at < now() - make_interval(secs => ${longestGapMs / 1000})
      then ${iso("before.last_probe_at")} end as since`.execute(queries);
  return result.rows[0]?.since ?? null;
}
