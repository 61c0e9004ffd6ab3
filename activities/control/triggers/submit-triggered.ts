import { insertTriggeredSubmission } from "../../../db/triggers/triggered-submission.js";
import { readTrigger } from "../../../db/triggers/triggers.js";
import { readGridConfig } from "../../../db/grid/grid-config.js";
import type { ControlActivities } from "../../../workflows/activities.js";
import { deleteTriggerSchedule, startSubmission } from "../../../workflows/starting.js";
import type { ControlDependencies } from "../dependencies.js";

/** Submits what a schedule names. */
export function createTriggers({ database, client, newId }: ControlDependencies) {
  async function submitTriggered({ triggerId, key }: { triggerId: string; key: string }): Promise<{ outcome: string }> {
    const trigger = await readTrigger(database, triggerId);
    if (trigger?.cron == null) {
      // It was deleted while Temporal was away, or the API died before it stored it.
      await deleteTriggerSchedule(client, triggerId);
      return { outcome: "the trigger was deleted" };
    }
    const occasion = { key, revision: trigger.submission.revision };
    const submissionId = await insertTriggeredSubmission(database, trigger, occasion, newId);
    if (submissionId === undefined) return { outcome: "its token may not submit any more" };
    const { hold } = await readGridConfig(database);
    await startSubmission(client, submissionId, hold.budget);
    return { outcome: `submission ${submissionId}` };
  }

  return { submitTriggered } satisfies Partial<ControlActivities>;
}
