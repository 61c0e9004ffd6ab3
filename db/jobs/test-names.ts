import { sql } from "kysely";
import type { Queries } from "../connect.js";

/** The names of all tests that have jobs. One step of the index for each name, however many jobs there are. */
export async function readTestNames(queries: Queries): Promise<string[]> {
  const result = await sql<{ test: string }>`
    with recursive names as (
      select min(test) as test from jobs
      union all
      select (select min(test) from jobs where jobs.test > names.test) from names where names.test is not null)
    select test from names where test is not null`.execute(queries);
  return result.rows.map(({ test }) => test);
}
