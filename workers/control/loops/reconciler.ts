import { type Client, WorkflowNotFoundError } from "@temporalio/client";
import type { Logger } from "pino";
import { recordAudit } from "../../../db/access/audit.js";
import type { Database } from "../../../db/connect.js";
import { readGridConfig } from "../../../db/grid/grid-config.js";
import {
  type ClusterIdentity,
  countUnfinishedJobs,
  markWorkflowRunning,
  readClusterIdentity,
  readFetchingSubmissions,
  readOpenJobs,
  readSuspectJobs,
  storeClusterIdentity,
} from "../../../db/queue/reconciliation.js";
import { jobIdOf, jobWorkflowId, monitorWorkflowId, submissionWorkflowId } from "../../../workflows/messages.js";
import {
  ensureMonitor,
  ensureNightly,
  ensureTriggerSchedule,
  nextTimesOfTriggers,
  startJob,
  startSubmission,
} from "../../../workflows/starting.js";
import { readTriggers } from "../../../db/triggers/triggers.js";
import type { ControlLoop } from "../control-loop.js";

/** A job in progress that has not changed for this long is checked. */
const quietMs = 20_000;
/** How far back closed workflows are searched. */
const closedWithinMs = 10 * 60_000;
/** How many jobs one pass checks or starts. */
const batch = 200;

/** After this many failed workflow tasks in a row, a workflow is terminated and started again. */
const failedTasks = 5;
/** How often the number of running workflows is compared with the number of unfinished jobs. */
const compareMs = 30_000;
/** How often the schedules are checked. */
const scheduleMs = 60_000;

/**
 * Finds jobs without a verdict whose workflow was terminated, lost or is stuck, and starts them again from PostgreSQL.
 * Waiting jobs are not checked one by one: Temporal lists workflows that closed without a verdict, and counts running ones.
 * If there are too few, or the cluster is a new one, all jobs are started again.
 */
export class Reconciler implements ControlLoop {
  readonly name = "reconciler";
  readonly everyMs = 5_000;
  readonly #database: Database;
  readonly #client: Client;
  readonly #log: Logger;
  #comparedAt = 0;
  /** Whether too few workflows were running at the last comparison. Temporal's visibility may only have been late. */
  #isShort = false;
  #scheduledAt = Number.NEGATIVE_INFINITY;

  constructor(database: Database, client: Client, log: Logger) {
    this.#database = database;
    this.#client = client;
    this.#log = log;
  }

  async run(): Promise<void> {
    await this.#try("monitor", () => this.#mendMonitor());
    const isNew = await isNewCluster(this.#database, this.#client);
    if (isNew || Date.now() - this.#scheduledAt > scheduleMs) await this.#mendSchedules();
    if (isNew || (await this.#areTooFew())) await this.#startAll();
    else await this.#startLost();
    await startSubmissions(this.#database, this.#client, isNew ? 0 : quietMs);
  }

  async #startLost(): Promise<void> {
    const closed = await this.#closedWithoutVerdict();
    const suspects = await readSuspectJobs(this.#database, closed, quietMs, batch);
    for (const job of suspects)
      await this.#try(job.jobId, async () => {
        if ((await endStuck(this.#client, jobWorkflowId(job.jobId))) === "running")
          await markWorkflowRunning(this.#database, job.jobId);
        else await startJob(this.#client, job);
      });
  }

  async #closedWithoutVerdict(): Promise<string[]> {
    const closed: string[] = [];
    const since = new Date(Date.now() - closedWithinMs).toISOString();
    const query = `WorkflowType = 'testJob' AND ExecutionStatus IN ('Terminated', 'Failed', 'TimedOut', 'Canceled') AND CloseTime > '${since}'`;
    for await (const execution of this.#client.workflow.list({ query, pageSize: batch }))
      closed.push(jobIdOf(execution.workflowId));
    return closed;
  }

  async #areTooFew(): Promise<boolean> {
    if (Date.now() - this.#comparedAt < compareMs) return false;
    this.#comparedAt = Date.now();
    const unfinished = await countUnfinishedJobs(this.#database);
    const running = await this.#client.workflow.count("WorkflowType = 'testJob' AND ExecutionStatus = 'Running'");
    const wasShort = this.#isShort;
    this.#isShort = unfinished > running.count;
    return wasShort && this.#isShort;
  }

  /** Starts all unfinished jobs. For a running job this does nothing. */
  async #startAll(): Promise<void> {
    let after = "";
    for (;;) {
      const jobs = await readOpenJobs(this.#database, after, batch);
      if (jobs.length === 0) break;
      await Promise.all(jobs.map((job) => this.#try(job.jobId, () => startJob(this.#client, job))));
      after = jobs.at(-1)!.jobId;
    }
    await storeClusterIdentity(this.#database, await identity(this.#client));
  }

  /** Terminates a health monitor whose tasks keep failing, and starts it again. Its state is in PostgreSQL. */
  async #mendMonitor(): Promise<void> {
    const was = await this.#client.workflow.getHandle(monitorWorkflowId).describe().catch(ignoreMissing);
    if (was?.status.name === "RUNNING" && (await endStuck(this.#client, monitorWorkflowId)) === "ended") {
      const detail = "its workflow tasks kept failing; orders that were sent since then may have to be sent again";
      await recordAudit(this.#database, "reconciler", "restart", "grid/monitor", detail);
    }
    await ensureMonitor(this.#client);
  }

  /** Makes schedules that Temporal does not have or has lost. */
  async #mendSchedules(): Promise<void> {
    this.#scheduledAt = Date.now();
    await this.#try("nightly", () => ensureNightly(this.#client));
    await this.#try("triggers", async () => {
      const kept = await nextTimesOfTriggers(this.#client);
      for (const { triggerId, name, cron, timeZone } of await readTriggers(this.#database, null))
        if (cron !== null && !kept.has(triggerId))
          await this.#try(triggerId, () =>
            ensureTriggerSchedule(this.#client, { triggerId, name, cron, timeZone: timeZone ?? "UTC" }),
          );
    });
  }

  /** A job that cannot be started must not stop the check of others. */
  async #try(what: string, work: () => Promise<void>): Promise<void> {
    await work().catch((error: unknown) => this.#log.warn({ what, error: describe(error) }, "could not be reconciled"));
  }
}

/** Starts submissions that still fetch; for a running one this does nothing. */
async function startSubmissions(database: Database, client: Client, quiet: number): Promise<void> {
  const submissions = await readFetchingSubmissions(database, quiet, batch);
  if (submissions.length === 0) return;
  const config = await readGridConfig(database);
  // The order is random, so that submissions beyond the limit get their turn. One that cannot be started must not stop others.
  let failure: unknown;
  for (const { submissionId, ageMs } of submissions)
    await startUnlessRunning(submissionId, ageMs).catch((error: unknown) => (failure = error));
  if (failure !== undefined) throw failure as Error;

  async function startUnlessRunning(submissionId: string, ageMs: number): Promise<void> {
    const description = await client.workflow
      .getHandle(submissionWorkflowId(submissionId))
      .describe()
      .catch(ignoreMissing);
    if (description?.status.name !== "RUNNING")
      await startSubmission(client, submissionId, Math.max(1_000, config.hold.budget - ageMs));
  }
}

/** Whether a workflow runs. If its workflow tasks keep failing, it is terminated first. */
async function endStuck(client: Client, workflowId: string): Promise<"running" | "ended"> {
  const handle = client.workflow.getHandle(workflowId);
  const description = await handle.describe().catch(ignoreMissing);
  if (description?.status.name !== "RUNNING") return "ended";
  if ((description.raw.pendingWorkflowTask?.attempt ?? 0) < failedTasks) return "running";
  await handle.terminate("its workflow tasks keep failing; it is started again from PostgreSQL");
  return "ended";
}

function describe(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

function ignoreMissing(error: unknown): undefined {
  if (!(error instanceof WorkflowNotFoundError)) throw error;
  return undefined;
}

async function isNewCluster(database: Database, client: Client): Promise<boolean> {
  const { clusterId, namespaceId } = await identity(client);
  const known = await readClusterIdentity(database);
  return known?.clusterId !== clusterId || known.namespaceId !== namespaceId;
}

async function identity(client: Client): Promise<ClusterIdentity> {
  const cluster = await client.workflowService.getClusterInfo({});
  const namespace = await client.workflowService.describeNamespace({ namespace: client.options.namespace });
  return { clusterId: cluster.clusterId ?? "", namespaceId: namespace.namespaceInfo?.id ?? "" };
}
