import { sql } from "kysely";
import type { DowntimeFacts } from "../domain/downtime/facts.js";
import type { Queries } from "./connect.js";

/** How many attempts ended in which way within an interval of ISO times. */
export async function countAttempts(queries: Queries, from: string, to: string): Promise<DowntimeFacts["attempts"]> {
  const result = await sql<DowntimeFacts["attempts"][number]>`
    select outcome, failure_identifier as "failureIdentifier", count(*) as count from attempts
    where ended_at >= ${from} and ended_at < ${to} and outcome is not null group by outcome, failure_identifier`.execute(
    queries,
  );
  return result.rows;
}
