import { sql } from "kysely";
import type { Queries } from "../connect.js";

/** A job whose workflow should run. */
export interface OpenJob {
  jobId: string;
  test: string;
  owner: string;
}

/** The Temporal cluster and namespace that this database was last reconciled with. */
export interface ClusterIdentity {
  clusterId: string;
  namespaceId: string;
}

/** If `changed_at` of a job is before this date, its workflow was missing when it was signaled. */
const missingBefore = "1971-01-01";

/**
 * Jobs whose workflow may be gone: those in `closed`, those in progress that have not changed for `quietMs`, and those whose
 * workflow was missing when it was signaled.
 */
export async function readSuspectJobs(
  queries: Queries,
  closed: readonly string[],
  quietMs: number,
  limit: number,
): Promise<OpenJob[]> {
  const result = await sql<OpenJob>`
    select job_id, test, owner from jobs join submissions using (submission_id)
    where verdict is null and begun_at is not null
      and (job_id = any(${closed}) or (
        jobs.changed_at < now() - make_interval(secs => ${quietMs / 1000})
        and (jobs.state not in ('waiting', 'held') or jobs.changed_at < ${missingBefore})))
    order by jobs.changed_at limit ${limit}`.execute(queries);
  return result.rows;
}

/** Makes a job one of the next suspects, because its workflow was missing. */
export async function markWorkflowMissing(queries: Queries, jobId: string): Promise<void> {
  await sql`update jobs set changed_at = 'epoch' where job_id = ${jobId} and verdict is null`.execute(queries);
}

/** Stores that the workflow of a job runs. */
export async function markWorkflowRunning(queries: Queries, jobId: string): Promise<void> {
  await sql`update jobs set changed_at = now() where job_id = ${jobId}`.execute(queries);
}

/** The number of jobs without a verdict that began at least 30 seconds ago. */
export async function countUnfinishedJobs(queries: Queries): Promise<number> {
  const result = await sql<{ count: number }>`
    select count(*) as count from jobs where verdict is null and begun_at < now() - interval '30 seconds'`.execute(
    queries,
  );
  return result.rows[0]?.count ?? 0;
}

/** Unfinished jobs in the order of their ids. @param after the key of the next page */
export async function readOpenJobs(queries: Queries, after: string, limit: number): Promise<OpenJob[]> {
  const result = await sql<OpenJob>`
    select job_id, test, owner from jobs join submissions using (submission_id)
    where verdict is null and begun_at is not null and job_id > ${after} order by job_id limit ${limit}`.execute(
    queries,
  );
  return result.rows;
}

/** Submissions that are still being fetched and have not changed for `quietMs`, in random order. */
export async function readFetchingSubmissions(
  queries: Queries,
  quietMs: number,
  limit: number,
): Promise<{ submissionId: string; ageMs: number }[]> {
  const result = await sql<{ submissionId: string; ageMs: string }>`
    select submission_id, extract(epoch from now() - submitted_at) * 1000 as "ageMs" from submissions
    where state in ('fetching', 'held') and source_kind = 'git'
      and changed_at < now() - make_interval(secs => ${quietMs / 1000})
    order by random() limit ${limit}`.execute(queries);
  return result.rows.map(({ submissionId, ageMs }) => ({ submissionId, ageMs: Number(ageMs) }));
}

/** Null if the database was not reconciled yet, or was restored since then. */
export async function readClusterIdentity(queries: Queries): Promise<ClusterIdentity | null> {
  const result = await sql<{ clusterId: string | null; namespaceId: string | null }>`
    select cluster_id, namespace_id from grid`.execute(queries);
  const { clusterId = null, namespaceId = null } = result.rows[0] ?? {};
  return clusterId === null || namespaceId === null ? null : { clusterId, namespaceId };
}

export async function storeClusterIdentity(
  queries: Queries,
  { clusterId, namespaceId }: ClusterIdentity,
): Promise<void> {
  await sql`
    update grid set cluster_id = ${clusterId}, namespace_id = ${namespaceId}, reconciled_at = now()`.execute(queries);
}

/** From now on every cluster counts as new: all unfinished jobs are started again. */
export async function forgetCluster(queries: Queries): Promise<void> {
  await sql`update grid set cluster_id = null`.execute(queries);
}
