import { sql } from "kysely";
import type { Queries } from "../connect.js";

/** The number of running or starting attempts by required service. */
export async function countAttemptsByService(queries: Queries): Promise<Record<string, number>> {
  const result = await sql<{ service: string; watching: number }>`
    select substr(used, 9) as service, count(*) as watching from leases, unnest(uses) as used
    where released_at is null and used like 'service:%' group by 1`.execute(queries);
  return Object.fromEntries(result.rows.map(({ service, watching }) => [service, watching]));
}
