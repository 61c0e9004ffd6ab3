import { randomUUID } from "node:crypto";
import { type Client, WorkflowNotFoundError } from "@temporalio/client";
import type { temporal } from "@temporalio/proto";
import type { Database } from "../../../db/connect.js";
import { confirmBatch, type JournalPosition, readJournalPosition, takeBatch } from "../../../db/recovery/journal.js";
import type { JournalBatch, JournalEntry } from "../../../domain/recovery/journal.js";
import type { journal } from "../../../workflows/journal.js";
import { controlQueue, journalWorkflowId, noteSignal } from "../../../workflows/messages.js";
import type { ControlLoop } from "../control-loop.js";

/** How long an answer of Temporal is valid, unless the database seems older than before. */
const trustMs = 1_000;
/** How many of the last events are read. One is not enough, because a batch that was sent twice may come after a newer one. */
const lastEvents = 60;

type Event = temporal.api.history.v1.IHistoryEvent;

/** Records in Temporal what a restore of the database must not undo, and reads it back. */
export class Journal implements ControlLoop {
  readonly name = "journal";
  readonly everyMs = 1_000;
  readonly #database: Database;
  readonly #client: Client;
  /** The highest number that the database had. */
  #highest = 0;
  #askedAt = Number.NEGATIVE_INFINITY;

  constructor(database: Database, client: Client) {
    this.#database = database;
    this.#client = client;
  }

  /**
   * Records the next batch. The database gets its number before Temporal does, so that only a restore can make Temporal's
   * number the higher one. Returns whether there may be more.
   */
  async run(): Promise<"more" | "done"> {
    const batch = await this.#database.transaction().execute((transaction) => takeBatch(transaction, randomUUID));
    if (batch === undefined) return "done";
    await this.#client.workflow.signalWithStart<typeof journal, [JournalBatch]>("journal", {
      workflowId: journalWorkflowId,
      taskQueue: controlQueue,
      args: [],
      signal: noteSignal,
      signalArgs: [batch],
      workflowIdReusePolicy: "ALLOW_DUPLICATE",
    });
    await confirmBatch(this.#database, batch.id);
    return "more";
  }

  #asking: Promise<boolean> | undefined;

  /** Whether the database is at least as new as Temporal's journal. Loops that ask at the same time share the answer. */
  isCurrent(): Promise<boolean> {
    this.#asking ??= this.#askIfCurrent().finally(() => (this.#asking = undefined));
    return this.#asking;
  }

  async #askIfCurrent(): Promise<boolean> {
    if (performance.now() - this.#askedAt < trustMs) {
      if (highestOf(await readJournalPosition(this.#database)) >= this.#highest) return true;
    }
    // Temporal is read first, because other processes record batches in the database before they do so in Temporal.
    const last = await this.last();
    const highest = highestOf(await readJournalPosition(this.#database));
    if (last !== null && last.number > highest) return false;
    this.#highest = highest;
    this.#askedAt = performance.now();
    return true;
  }

  /** The newest batch that Temporal has; null if it has none. */
  async last(): Promise<JournalBatch | null> {
    for (let runId = ""; ;) {
      const events = await this.#lastEvents(runId);
      if (events === undefined) return null;
      const batches = this.#batchesIn(events);
      if (batches.length > 0) return batches.reduce((one, other) => (one.number > other.number ? one : other));
      // A new run has no batches yet.
      const before = events.at(-1)?.workflowExecutionStartedEventAttributes?.continuedExecutionRunId ?? "";
      if (before === "") return null;
      runId = before;
    }
  }

  /** The last events of a run, the newest first; undefined if there is no such run. */
  async #lastEvents(runId: string): Promise<Event[] | undefined> {
    try {
      const { history } = await this.#client.workflowService.getWorkflowExecutionHistoryReverse({
        namespace: this.#client.options.namespace,
        execution: { workflowId: journalWorkflowId, runId },
        maximumPageSize: lastEvents,
      });
      return history?.events ?? [];
    } catch (error) {
      if ((error as { code?: number }).code === grpcNotFound) return undefined;
      throw error;
    }
  }

  /** The entries after those of a batch, oldest first; all entries that Temporal still has if it does not know that batch. */
  async readSince(batchId: string | null): Promise<JournalEntry[]> {
    const runs: JournalEntry[][] = [];
    for await (const { runId } of this.#client.workflow.list({ query: `WorkflowId = '${journalWorkflowId}'` })) {
      const batches = await this.#readRun(runId);
      const place = batchId === null ? -1 : batches.findIndex(({ id }) => id === batchId);
      runs.unshift(batches.slice(place + 1).flatMap(({ entries }) => entries));
      if (place >= 0) break;
    }
    return runs.flat();
  }

  async #readRun(runId: string): Promise<JournalBatch[]> {
    try {
      const { events } = await this.#client.workflow.getHandle(journalWorkflowId, runId).fetchHistory();
      return this.#batchesIn(events ?? []);
    } catch (error) {
      // Temporal no longer has the history of this run.
      if (error instanceof WorkflowNotFoundError) return [];
      throw error;
    }
  }

  #batchesIn(events: readonly Event[]): JournalBatch[] {
    const converter = this.#client.options.loadedDataConverter.payloadConverter;
    return events.flatMap(({ workflowExecutionSignaledEventAttributes: signaled }) => {
      const payload = signaled?.input?.payloads?.[0];
      return payload == null ? [] : [converter.fromPayload<JournalBatch>(payload)];
    });
  }
}

/** The gRPC code for “not found”. */
const grpcNotFound = 5;

/** A batch that is being sent may have arrived without a confirmation, so its number counts. */
function highestOf({ number, sending }: JournalPosition): number {
  return sending === null ? number : number + 1;
}
