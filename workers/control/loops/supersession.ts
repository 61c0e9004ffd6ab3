import { type Client, WorkflowNotFoundError } from "@temporalio/client";
import type { Logger } from "pino";
import type { Database } from "../../../db/connect.js";
import { readSuperseded, type SupersededJob, supersedeOlder } from "../../../db/jobs/supersession.js";
import { cancelSignal, jobWorkflowId } from "../../../workflows/messages.js";
import { startJob } from "../../../workflows/starting.js";
import type { ControlLoop } from "../control-loop.js";

/** How many jobs are signaled at once. */
const batch = 200;
/** A job that has not ended this long after the signal gets it again. */
const againMs = 10_000;

/** Ends jobs that have not run when a newer submission takes their place. */
export class Supersession implements ControlLoop {
  readonly name = "supersession";
  readonly everyMs = 1_000;
  readonly #database: Database;
  readonly #client: Client;
  readonly #log: Logger;
  #signaledAt = new Map<string, number>();

  constructor(database: Database, client: Client, log: Logger) {
    this.#database = database;
    this.#client = client;
    this.#log = log;
  }

  async run(): Promise<void> {
    while (await this.#database.transaction().execute(supersedeOlder));
    const jobs = await readSuperseded(this.#database, batch);
    this.#signaledAt = new Map([...this.#signaledAt].filter(([jobId]) => jobs.some((job) => job.jobId === jobId)));
    await Promise.all(jobs.map((job) => this.#signal(job)));
  }

  async #signal(job: SupersededJob): Promise<void> {
    if (Date.now() - (this.#signaledAt.get(job.jobId) ?? 0) < againMs) return;
    try {
      const by = `submission ${job.supersededBy}`;
      await this.#client.workflow.getHandle(jobWorkflowId(job.jobId)).signal(cancelSignal, { by });
    } catch (error) {
      if (error instanceof WorkflowNotFoundError) await startJob(this.#client, job);
      else
        this.#log.warn(
          { job: job.jobId, error: (error as Error).message },
          "could not signal to the job that it is superseded",
        );
      return;
    }
    this.#signaledAt.set(job.jobId, Date.now());
  }
}
