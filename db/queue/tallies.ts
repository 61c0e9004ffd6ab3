import { sql } from "kysely";
import type { Queries } from "../connect.js";

/**
 * Replaces the changes in the tallies with their sums. Database triggers write them (db/migrations/0023_lists.sql). `countJobs`
 * and `readQueue` read them (db/jobs/job-views.ts). Each statement removes rows and adds their sum at once, so that a reader
 * sees the same total before and after.
 */
export async function compactTallies(queries: Queries): Promise<void> {
  await sql`
    with gone as (delete from job_tallies returning *)
    insert into job_tallies select submitter, origin, state, sum(change) from gone
    group by submitter, origin, state having sum(change) <> 0`.execute(queries);
  await sql`
    with gone as (delete from queue_tallies returning *)
    insert into queue_tallies select class, test, sum(change) from gone
    group by class, test having sum(change) <> 0`.execute(queries);
}
