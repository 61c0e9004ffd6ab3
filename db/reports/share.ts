import { sql } from "kysely";
import type { DowntimeFacts } from "../../domain/reports/downtime-facts.js";
import type { Queries } from "../connect.js";

/** The number of attempts by result within an interval of ISO times, without those of tests that watch services. */
export async function countAttempts(queries: Queries, from: string, to: string): Promise<DowntimeFacts["attempts"]> {
  const result = await sql<DowntimeFacts["attempts"][number]>`
    select outcome, a.failure_identifier, count(*) as count
    from attempts a join jobs using (job_id) join submissions using (submission_id)
    where origin = 'user' and ended_at >= ${from} and ended_at < ${to} and outcome is not null group by outcome, a.failure_identifier`.execute(
    queries,
  );
  return result.rows;
}
