import { sql } from "kysely";
import type { Outcome } from "../../domain/states.js";
import { firstId } from "../jobs/job-filter.js";
import type { Queries } from "../connect.js";

/** The number of a machine's attempts in the last `days` days, by outcome. */
export async function countOutcomes(
  queries: Queries,
  machine: string,
  days: number,
): Promise<Partial<Record<Outcome, number>>> {
  const from = new Date(Date.now() - days * 86_400_000).toISOString();
  const result = await sql<{ outcome: Outcome; count: number }>`
    select outcome, count(*) as count from job_facets f join attempts a using (job_id)
    where f.kind = 'machine' and f.value = ${machine} and f.job_id >= ${firstId(from)}
      and a.machine = ${machine} and a.outcome is not null and a.ended_at >= ${from}
    group by outcome`.execute(queries);
  return Object.fromEntries(result.rows.map(({ outcome, count }) => [outcome, count]));
}
