import { sql } from "kysely";
import { iso, type Queries } from "../connect.js";

/** Takes the check of the service level, unless one was taken within the last `everyMs`. */
export async function takeShareCheck(queries: Queries, everyMs: number): Promise<boolean> {
  const taken = await sql`
    update grid set share_looked_at = now()
    where coalesce(share_looked_at, '-infinity') < now() - make_interval(secs => ${everyMs / 1000})`.execute(queries);
  return Number(taken.numAffectedRows ?? 0) > 0;
}

/** The end of the last weekly report, null before the first, and the time of the database. ISO times. */
export async function readWeeklyReport(queries: Queries): Promise<{ since: string | null; now: string }> {
  const result = await sql<{ since: string | null; now: string }>`
    select ${iso("reported_until")} as since, ${iso("now()")} as now from grid`.execute(queries);
  return result.rows[0]!;
}

/** Takes the weekly report from `since` to `until`, unless another process has taken it. ISO times. */
export async function takeWeeklyReport(queries: Queries, since: string | null, until: string): Promise<boolean> {
  const taken = await sql`
    update grid set reported_until = ${until}
    where ${iso("reported_until")} is not distinct from ${since}`.execute(queries);
  return Number(taken.numAffectedRows ?? 0) > 0;
}
