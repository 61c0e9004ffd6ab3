import { sql } from "kysely";
import type { Queries } from "../connect.js";

/** The control worker that records the grid's own parts keeps this role until it is silent for this long. */
const watchMs = 30_000;

/**
 * Returns whether this watcher is the one that records the state of the grid's own parts. The role is locked until the
 * transaction ends.
 */
export async function watchParts(queries: Queries, watcher: string): Promise<boolean> {
  await sql`select 1 from grid for update`.execute(queries);
  const result = await sql`
    update grid set parts_watcher = ${watcher}, parts_watched_until = clock_timestamp() + make_interval(secs => ${watchMs / 1000})
    where parts_watcher = ${watcher} or coalesce(parts_watched_until, '-infinity') < clock_timestamp()`.execute(
    queries,
  );
  return Number(result.numAffectedRows ?? 0) > 0;
}
