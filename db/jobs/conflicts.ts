import { sql } from "kysely";
import type { Queries } from "../connect.js";

/** Stores, for 30 days, which tests of its project a test cannot share a host with. */
export async function insertConflicts(
  queries: Queries,
  project: string,
  test: string,
  others: readonly string[],
): Promise<void> {
  await sql`
    insert into conflicts (project, first_test, second_test)
    select ${project}, least(${test}::text, other), greatest(${test}::text, other) from unnest(${[...others]}::text[]) as other
    on conflict (project, first_test, second_test) do update set noted_at = now()`.execute(queries);
}

/** The exclusive resources that keep a test from sharing a host with tests that it conflicts with. */
export async function readConflicts(queries: Queries, project: string, test: string): Promise<string[]> {
  const result = await sql<{ name: string }>`
    select 'apart:' || md5(jsonb_build_array(project, first_test, second_test)::text) || '@host' as name from conflicts
    where project = ${project} and (first_test = ${test} or second_test = ${test})
      and noted_at > now() - interval '30 days' order by name limit 50`.execute(queries);
  return result.rows.map(({ name }) => name);
}
