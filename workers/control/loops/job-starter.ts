import { setTimeout as sleep } from "node:timers/promises";
import type { Client } from "@temporalio/client";
import type { Logger } from "pino";
import { countStarting, nextJobsToStart, recordStarted } from "../../../db/jobs/start-turns.js";
import type { Database } from "../../../db/connect.js";
import { startJob } from "../../../workflows/starting.js";
import type { ControlLoop } from "../control-loop.js";

/**
 * How many jobs are analyzed and queued at the same time: few enough that a new submitter's first job begins at once, however
 * many others wait, and many enough that the control workers are busy.
 */
const most = 8;
/** The pause before the next jobs are started. */
const pauseMs = 25;

/** Starts the workflows of submitted jobs, in turns between their owners. */
export class JobStarter implements ControlLoop {
  readonly name = "starter";
  readonly everyMs = 5_000;
  readonly #database: Database;
  readonly #client: Client;
  readonly #log: Logger;

  constructor(database: Database, client: Client, log: Logger) {
    this.#database = database;
    this.#client = client;
    this.#log = log;
  }

  /**
   * Starts the jobs whose turn it is. Two control workers may start the same job; the second start does nothing. The same
   * holds for a worker that is killed before it has recorded a start.
   */
  async run(): Promise<"more" | "done"> {
    if (!(await this.#startNext())) return "done";
    await sleep(pauseMs);
    return "more";
  }

  /** Returns whether others wait. */
  async #startNext(): Promise<boolean> {
    const free = most - (await countStarting(this.#database));
    if (free <= 0) return true;
    const jobs = await nextJobsToStart(this.#database, free + 1);
    const now = jobs.slice(0, free);
    const begun = await Promise.all(now.map((job) => this.#start(job)));
    await recordStarted(
      this.#database,
      begun.filter((jobId) => jobId !== undefined),
    );
    return jobs.length > 0;
  }

  async #start(job: { jobId: string; test: string; owner: string }): Promise<string | undefined> {
    try {
      await startJob(this.#client, job);
      return job.jobId;
    } catch (error) {
      this.#log.warn({ job: job.jobId, error: (error as Error).message }, "could not be started");
      return undefined;
    }
  }
}
