import { sql } from "kysely";
import type { Queries } from "../connect.js";
import type { JobFacts } from "./jobs.js";

/** Whether a machine was also lost under another test in the last day. @param before ISO time at which this loss began */
export async function wasLostElsewhere(
  queries: Queries,
  { project, test }: Pick<JobFacts, "project" | "test">,
  machine: string,
  before: string,
): Promise<boolean> {
  const result = await sql<{ found: boolean }>`
    select exists (select from attempts a join jobs j using (job_id) join submissions s using (submission_id)
      where a.outcome <> 'passed' and a.ended_at > now() - interval '1 day' and a.ended_at < ${before} and a.machine = ${machine}
        and (a.report->>'machineLost')::boolean and (s.project, j.test) <> (${project}, ${test})) as found`.execute(
    queries,
  );
  return result.rows[0]?.found ?? false;
}
