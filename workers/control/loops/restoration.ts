import type { Client } from "@temporalio/client";
import pg from "pg";
import type { Logger } from "pino";
import type { RestoreInput } from "../../../activities/control/jobs/restore.js";
import type { Database } from "../../../db/connect.js";
import { readJournalPosition, settlePosition } from "../../../db/recovery/journal.js";
import { forgetCluster } from "../../../db/queue/reconciliation.js";
import type { RunningJob } from "../../../domain/recovery/restore.js";
import { jobIdOf, searchAttributes } from "../../../workflows/messages.js";
import { ignoreEnded, type JobMemo } from "../../../workflows/starting.js";
import type { Journal } from "./journal.js";
import type { ControlLoop } from "../control-loop.js";
import { advisoryLocks } from "../../../db/advisory-locks.js";

/** How many workflows are ended at the same time. */
const atOnce = 50;

/** A workflow that runs; `job` is null if it is not a job's. */
interface Running {
  workflowId: string;
  job: RunningJob | null;
}

/** The database is older than the journal. */
export class OlderDatabaseError extends Error {
  override name = "OlderDatabaseError";
}

/**
 * Notices that an older copy of the database has replaced the current one, and brings it up to date before anything else uses
 * it. Then every workflow is started again from the database.
 */
export class Restoration implements ControlLoop {
  readonly name = "restore";
  readonly everyMs = 1_000;
  readonly #database: Database;
  readonly #databaseUrl: string;
  readonly #client: Client;
  readonly #journal: Journal;
  readonly #restore: (input: RestoreInput) => Promise<void>;
  readonly #log: Logger;

  constructor(parts: {
    database: Database;
    databaseUrl: string;
    client: Client;
    journal: Journal;
    restore: (input: RestoreInput) => Promise<void>;
    log: Logger;
  }) {
    this.#database = parts.database;
    this.#databaseUrl = parts.databaseUrl;
    this.#client = parts.client;
    this.#journal = parts.journal;
    this.#restore = parts.restore;
    this.#log = parts.log;
  }

  /** Returns work that runs only while the database is current. @throws OlderDatabaseError */
  whenCurrent<T>(work: () => Promise<T>): () => Promise<T> {
    return async () => {
      if (!(await this.#journal.isCurrent()))
        throw new OlderDatabaseError("the database was restored from an older copy, which is brought up to date first");
      return work();
    };
  }

  /** Brings an older database up to date. Does nothing to a current one, or while another process does it. */
  async run(): Promise<void> {
    if (await this.#journal.isCurrent()) return;
    const lock = new pg.Client({ connectionString: this.#databaseUrl });
    lock.on("error", () => undefined);
    await lock.connect();
    try {
      const { rows } = await lock.query(`select pg_try_advisory_lock(${advisoryLocks.restore}) as free`);
      if (rows[0].free === true && !(await this.#journal.isCurrent())) await this.#bringUpToDate();
    } finally {
      await lock.end().catch(() => undefined);
    }
  }

  async #bringUpToDate(): Promise<void> {
    const last = await this.#journal.last();
    if (last === null) return;
    const { confirmed, confirmedAt } = await readJournalPosition(this.#database);
    this.#log.warn({ copyOf: confirmedAt }, "the database was restored from an older copy");
    const entries = await this.#journal.readSince(confirmed);
    const running = await this.#readRunning();
    const jobs = running.flatMap(({ job }) => job ?? []);
    await this.#restore({ id: last.id, copyOf: confirmedAt, entries, running: jobs });
    for (let at = 0; at < running.length; at += atOnce)
      await Promise.all(running.slice(at, at + atOnce).map(({ workflowId }) => this.#end(workflowId)));
    await this.#database.transaction().execute(async (transaction) => {
      await settlePosition(transaction, last);
      // The reconciler starts every unfinished job, as it does for a new cluster.
      await forgetCluster(transaction);
    });
  }

  /** The workflows to end. They may be ahead of the database, and wait for answers that it does not know. */
  async #readRunning(): Promise<Running[]> {
    const query = "WorkflowType in ('testJob', 'submission', 'healthMonitor') and ExecutionStatus = 'Running'";
    const running: Running[] = [];
    for await (const { workflowId, type, searchAttributes: attributes, memo } of this.#client.workflow.list({
      query,
    })) {
      const text = (name: string) => String(attributes[name]?.[0] ?? "");
      const [test, owner] = [text(searchAttributes.test), text(searchAttributes.owner)];
      const isProbe = (memo as Partial<JobMemo> | undefined)?.isProbe === true;
      running.push({
        workflowId,
        job: type === "testJob" ? { jobId: jobIdOf(workflowId), test, owner, isProbe } : null,
      });
    }
    return running;
  }

  /** @throws the error of a workflow that cannot be ended, so that everything is repeated */
  async #end(workflowId: string): Promise<void> {
    const reason = "the database was restored; the job is started again from it";
    await ignoreEnded(this.#client.workflow.getHandle(workflowId).terminate(reason));
  }
}
