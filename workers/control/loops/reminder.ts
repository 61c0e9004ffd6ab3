import { type Client, WorkflowNotFoundError } from "@temporalio/client";
import type { Database } from "../../../db/connect.js";
import { readTroubledRuns } from "../../../db/jobs/troubled-runs.js";
import { jobWorkflowId, serviceDownSignal } from "../../../workflows/messages.js";
import type { ControlLoop } from "../control-loop.js";

/** The gate tells running jobs of an outage as soon as it records it; what has not been told by then is told here. */
const ageMs = 3_000;

/**
 * Tells running jobs that a service which they need is down: those that began at the moment at which it went, and those
 * that the gate had no time to tell. A job that knows already changes nothing.
 */
export class Reminder implements ControlLoop {
  readonly name = "reminder";
  readonly everyMs = 2_000;
  readonly #database: Database;
  readonly #client: Client;
  #told = new Set<string>();

  constructor(database: Database, client: Client) {
    this.#database = database;
    this.#client = client;
  }

  async run(): Promise<void> {
    const told = new Set<string>();
    let failure: unknown;
    for (const { jobId, leaseId, service, detail } of await readTroubledRuns(this.#database, ageMs)) {
      const key = `${leaseId}/${service}`;
      told.add(key);
      if (this.#told.has(key)) continue;
      await this.#client.workflow
        .getHandle(jobWorkflowId(jobId))
        .signal(serviceDownSignal, { service, detail })
        .catch(ignoreMissing)
        .catch((error: unknown) => {
          // It is told with the next pass; the others are told now.
          told.delete(key);
          failure = error;
        });
    }
    this.#told = told;
    if (failure !== undefined) throw failure as Error;
  }
}

function ignoreMissing(error: unknown): void {
  if (!(error instanceof WorkflowNotFoundError)) throw error;
}
