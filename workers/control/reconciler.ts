import { type Client, WorkflowNotFoundError } from "@temporalio/client";
import { sql } from "kysely";
import type { Database } from "../../db/connect.js";
import { readGridConfig } from "../../db/grid.js";
import { jobIdOf, jobWorkflowId, submissionWorkflowId } from "../../workflows/messages.js";
import { ensureMonitor, startJob, startSubmission } from "../../workflows/starting.js";

/** A job that is being worked on and has not changed for this long is looked at. */
const quietMs = 20_000;
/** How far back closed workflows are looked for. */
const closedWithinMs = 10 * 60_000;
/** How many jobs one pass looks at or starts. */
const batch = 200;

/**
 * Finds jobs without a verdict whose workflow was terminated or lost, and starts them again from PostgreSQL.
 * Jobs that wait are not asked for one by one: Temporal is asked for workflows that closed without a verdict,
 * and a cluster that is not the one we knew makes all of them start again.
 */
export async function reconcile(database: Database, client: Client): Promise<void> {
  if (await isNewCluster(database, client)) await startAll(database, client);
  else await startLost(database, client);
  await ensureMonitor(client);
}

interface OpenJob {
  jobId: string;
  test: string;
  owner: string;
}

async function startLost(database: Database, client: Client): Promise<void> {
  const closed: string[] = [];
  const since = new Date(Date.now() - closedWithinMs).toISOString();
  const query = `WorkflowType = 'testJob' AND ExecutionStatus IN ('Terminated', 'Failed', 'TimedOut', 'Canceled') AND CloseTime > '${since}'`;
  for await (const execution of client.workflow.list({ query, pageSize: batch }))
    closed.push(jobIdOf(execution.workflowId));
  const suspects = await sql<{ job_id: string; test: string; owner: string }>`
    select job_id, test, owner from jobs join submissions using (submission_id)
    where verdict is null and (job_id = any(${closed})
      or (jobs.changed_at < now() - make_interval(secs => ${quietMs / 1000}) and (jobs.state not in ('waiting', 'held') or jobs.changed_at < '1971-01-01')))
    order by jobs.changed_at limit ${batch}`.execute(database);
  for (const { job_id: jobId, test, owner } of suspects.rows) {
    if (await isRunning(client, jobId))
      await sql`update jobs set changed_at = now() where job_id = ${jobId}`.execute(database);
    else await startJob(client, { jobId, test, owner });
  }
  await startSubmissions(database, client, quietMs);
}

async function startAll(database: Database, client: Client): Promise<void> {
  let after = "";
  for (;;) {
    const rows = await sql<{ job_id: string; test: string; owner: string }>`
      select job_id, test, owner from jobs join submissions using (submission_id)
      where verdict is null and job_id > ${after} order by job_id limit ${batch}`.execute(database);
    const jobs = rows.rows.map(({ job_id, test, owner }): OpenJob => ({ jobId: job_id, test, owner }));
    if (jobs.length === 0) break;
    await Promise.all(jobs.map((job) => startJob(client, job)));
    after = jobs.at(-1)!.jobId;
  }
  await startSubmissions(database, client, 0);
  const { clusterId, namespaceId } = await identity(client);
  await sql`update grid set cluster_id = ${clusterId}, namespace_id = ${namespaceId}, reconciled_at = now()`.execute(
    database,
  );
}

/** Submissions that still fetch; starting one that runs does nothing. */
async function startSubmissions(database: Database, client: Client, quiet: number): Promise<void> {
  const rows = await sql<{ submission_id: string }>`
    select submission_id from submissions where state in ('fetching', 'held') and source_kind = 'git'
      and changed_at < now() - make_interval(secs => ${quiet / 1000}) limit ${batch}`.execute(database);
  if (rows.rows.length === 0) return;
  const config = await readGridConfig(database);
  for (const { submission_id: submissionId } of rows.rows) {
    const description = await client.workflow
      .getHandle(submissionWorkflowId(submissionId))
      .describe()
      .catch(ignoreMissing);
    if (description?.status.name !== "RUNNING") await startSubmission(client, submissionId, config.hold.budget);
  }
}

async function isRunning(client: Client, jobId: string): Promise<boolean> {
  const description = await client.workflow.getHandle(jobWorkflowId(jobId)).describe().catch(ignoreMissing);
  return description?.status.name === "RUNNING";
}

function ignoreMissing(error: unknown): undefined {
  if (!(error instanceof WorkflowNotFoundError)) throw error;
  return undefined;
}

async function isNewCluster(database: Database, client: Client): Promise<boolean> {
  const { clusterId, namespaceId } = await identity(client);
  const row = await database.selectFrom("grid").select(["cluster_id", "namespace_id"]).executeTakeFirstOrThrow();
  return row.cluster_id !== clusterId || row.namespace_id !== namespaceId;
}

async function identity(client: Client): Promise<{ clusterId: string; namespaceId: string }> {
  const cluster = await client.workflowService.getClusterInfo({});
  const namespace = await client.workflowService.describeNamespace({ namespace: client.options.namespace });
  return { clusterId: cluster.clusterId ?? "", namespaceId: namespace.namespaceInfo?.id ?? "" };
}
