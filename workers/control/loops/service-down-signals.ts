import { ignoreEnded } from "../../../workflows/starting.js";
import type { Client } from "@temporalio/client";
import type { Database } from "../../../db/connect.js";
import { readTroubledRuns } from "../../../db/jobs/troubled-runs.js";
import { jobWorkflowId, serviceDownSignal } from "../../../workflows/messages.js";
import type { ControlLoop } from "../control-loop.js";

/** The monitor signals running jobs as soon as it records an outage. After this time the reminder does it. */
const ageMs = 3_000;

/**
 * Signals running jobs that a required service is down: jobs that began just as it went down, and jobs that the monitor
 * could not signal. A job that already knows ignores the signal.
 */
export class ServiceDownSignals implements ControlLoop {
  readonly name = "reminder";
  readonly everyMs = 2_000;
  readonly #database: Database;
  readonly #client: Client;
  #signaled = new Set<string>();

  constructor(database: Database, client: Client) {
    this.#database = database;
    this.#client = client;
  }

  async run(): Promise<void> {
    const signaled = new Set<string>();
    let failure: unknown;
    for (const { jobId, leaseId, service, detail } of await readTroubledRuns(this.#database, ageMs)) {
      const key = `${leaseId}/${service}`;
      signaled.add(key);
      if (this.#signaled.has(key)) continue;
      const job = this.#client.workflow.getHandle(jobWorkflowId(jobId));
      await ignoreEnded(job.signal(serviceDownSignal, { service, detail })).catch((error: unknown) => {
        // The next pass signals it again; the others are signaled now.
        signaled.delete(key);
        failure = error;
      });
    }
    this.#signaled = signaled;
    if (failure !== undefined) throw failure as Error;
  }
}
