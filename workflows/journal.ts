import { condition, continueAsNew, setHandler, workflowInfo } from "@temporalio/workflow";
import { noteSignal } from "./messages.js";

/**
 * The history of this workflow keeps what a restore of the database must not undo. Control workers read the batches from its
 * signals.
 */
export async function journal(): Promise<void> {
  setHandler(noteSignal, () => undefined);
  await condition(() => workflowInfo().continueAsNewSuggested);
  await continueAsNew<typeof journal>();
}
