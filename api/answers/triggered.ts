import { readGridConfig } from "../../db/grid/grid-config.js";
import { insertTriggeredSubmission, type Occasion } from "../../db/triggers/triggered-submission.js";
import type { StoredTrigger } from "../../db/triggers/triggers.js";
import { startSubmission } from "../../workflows/starting.js";
import type { ApiDependencies } from "../dependencies.js";

/** Submits the source of a trigger. If the trigger's token may no longer submit, nothing is submitted and the note says so. */
export async function submitNow(
  { database, client, newId, log }: ApiDependencies,
  trigger: StoredTrigger,
  occasion: Occasion,
): Promise<{ submissionId: string | null; note: string | null }> {
  const submissionId = await insertTriggeredSubmission(database, trigger, occasion, newId);
  if (submissionId === undefined)
    return { submissionId: null, note: "the token that made this trigger may no longer submit" };
  const { hold } = await readGridConfig(database);
  // The submission is stored. If it cannot be started now, the reconciler starts it later.
  await startSubmission(client, submissionId, hold.budget).catch(log);
  return { submissionId, note: null };
}
