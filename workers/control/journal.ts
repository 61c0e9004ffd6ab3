import { randomUUID } from "node:crypto";
import { type Client, WorkflowNotFoundError } from "@temporalio/client";
import type { Database } from "../../db/connect.js";
import { confirmBatch, type JournalPosition, readPosition, takeBatch } from "../../db/journal.js";
import type { JournalBatch, JournalEntry } from "../../domain/journal.js";
import type { journal, JournalMemo } from "../../workflows/journal.js";
import { controlQueue, journalWorkflowId, noteSignal } from "../../workflows/messages.js";

/** Notes in Temporal what a restore of the database must not undo, and reads it back. */
export class Journal {
  readonly #database: Database;
  readonly #client: Client;
  /** The last batch of which this process knows that Temporal ends with it, or ended with it before another process noted more. */
  #known: string | null | undefined;

  constructor(database: Database, client: Client) {
    this.#database = database;
    this.#client = client;
  }

  /**
   * Notes the next batch. Its name is written to the database first, so that only a restore makes Temporal's last batch
   * one that the database does not know. Returns whether there may be more.
   */
  async pass(): Promise<"more" | "done"> {
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

  /** Whether the database is at least as new as Temporal's journal. Temporal is asked only where this process does not know it. */
  async isCurrent(): Promise<boolean> {
    const position = await readPosition(this.#database);
    if (this.#known !== undefined && position.confirmed === this.#known) return true;
    if (!isPartOf(await this.last(), position)) return false;
    this.#known = position.confirmed;
    return true;
  }

  /** The last batch that Temporal has; null if it has none. */
  async last(): Promise<string | null> {
    try {
      const { memo } = await this.#client.workflow.getHandle(journalWorkflowId).describe();
      return (memo as Partial<JournalMemo> | undefined)?.last ?? null;
    } catch (error) {
      if (!(error instanceof WorkflowNotFoundError)) throw error;
      return null;
    }
  }

  /** The entries after those of a batch, oldest first; all that Temporal still has if it does not know that batch. */
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
    const { events } = await this.#client.workflow.getHandle(journalWorkflowId, runId).fetchHistory();
    const converter = this.#client.options.loadedDataConverter.payloadConverter;
    return (events ?? []).flatMap(({ workflowExecutionSignaledEventAttributes: signaled }) => {
      const payload = signaled?.input?.payloads?.[0];
      return payload == null ? [] : [converter.fromPayload<JournalBatch>(payload)];
    });
  }
}

/** A batch that is on its way may have arrived without its note. */
function isPartOf(last: string | null, { confirmed, sending }: JournalPosition): boolean {
  return last === null || last === confirmed || last === sending;
}
