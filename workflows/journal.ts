import {
  allHandlersFinished,
  condition,
  makeContinueAsNewFunc,
  setHandler,
  upsertMemo,
  workflowInfo,
} from "@temporalio/workflow";
import { noteSignal } from "./messages.js";

/** The name of the last batch, in the memo of the workflow. */
export type JournalMemo = { last: string };

/**
 * Keeps in its history what a restore of the database must not undo. Whoever needs the entries reads them from the
 * signals of its runs; its memo names the last batch.
 */
export async function journal(): Promise<void> {
  let memo: JournalMemo | undefined;
  setHandler(noteSignal, ({ id }) => {
    memo = { last: id };
    upsertMemo(memo);
  });
  await condition(() => workflowInfo().continueAsNewSuggested && memo !== undefined && allHandlersFinished());
  await makeContinueAsNewFunc<typeof journal>({ memo: memo! })();
}
