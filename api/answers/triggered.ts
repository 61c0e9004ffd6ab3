import { readGridConfig } from "../../db/grid/grid-config.js";
import { insertTriggeredSubmission, type Occasion } from "../../db/triggers/triggered-submission.js";
import type { StoredTrigger } from "../../db/triggers/triggers.js";
import { startSubmission } from "../../workflows/starting.js";
import type { ApiDependencies } from "../dependencies.js";

/** Submits what a trigger names. Without rights of its token nothing is submitted, and the note says so. */
export async function submitNow(
  { database, client, newId, log }: ApiDependencies,
  trigger: StoredTrigger,
  occasion: Occasion,
): Promise<{ submissionId: string | null; note: string | null }> {
  const submissionId = await insertTriggeredSubmission(database, trigger, occasion, newId);
  if (submissionId === undefined)
    return { submissionId: null, note: "the token that made this trigger may not submit any more" };
  const { hold } = await readGridConfig(database);
  // It is stored: if it cannot be started now, the reconciler starts it.
  await startSubmission(client, submissionId, hold.budget).catch(log);
  return { submissionId, note: null };
}
