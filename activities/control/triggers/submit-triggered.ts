import { insertTriggeredSubmission } from "../../../db/triggers/triggered-submission.js";
import { readTrigger } from "../../../db/triggers/triggers.js";
import { readGridConfig } from "../../../db/grid/grid-config.js";
import type { ControlActivities } from "../../../workflows/activities.js";
import { deleteTriggerSchedule, startSubmission } from "../../../workflows/starting.js";
import type { ControlDependencies } from "../dependencies.js";

/** Makes the submissions of triggers with a schedule. */
export function createTriggers({ database, client, newId }: ControlDependencies) {
  async function submitTriggered({ triggerId, key }: { triggerId: string; key: string }): Promise<{ outcome: string }> {
    const trigger = await readTrigger(database, triggerId);
    if (trigger?.cron == null) {
      // The trigger was deleted while Temporal was unreachable, or the API died before it stored the trigger.
      await deleteTriggerSchedule(client, triggerId);
      return { outcome: "the trigger was deleted" };
    }
    const occasion = { key, revision: trigger.submission.revision };
    const submissionId = await insertTriggeredSubmission(database, trigger, occasion, newId);
    if (submissionId === undefined) return { outcome: "its token may no longer submit" };
    const { hold } = await readGridConfig(database);
    await startSubmission(client, submissionId, hold.budget);
    return { outcome: `submission ${submissionId}` };
  }

  return { submitTriggered } satisfies Partial<ControlActivities>;
}
