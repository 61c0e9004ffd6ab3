import { readTriggers, type TriggerView } from "../../db/triggers/triggers.js";
import { nextTimesOfTriggers } from "../../workflows/starting.js";
import type { ApiDependencies } from "../dependencies.js";

/** Triggers with their next times. While Temporal is away, the list has no next times. */
export async function readTriggerList(
  { database, client, publicUrl }: Pick<ApiDependencies, "database" | "client" | "publicUrl">,
  project: string | null,
) {
  const [triggers, next] = await Promise.all([
    readTriggers(database, project),
    nextTimesOfTriggers(client).catch(() => new Map<string, string[]>()),
  ]);
  return triggers.map(({ lastAt, lastSubmissionId, lastError, createdBy, createdAt, ...trigger }) => ({
    ...triggerView(trigger, publicUrl),
    createdBy,
    createdAt,
    nextAt: next.get(trigger.triggerId) ?? [],
    lastAt,
    lastSubmissionId,
    lastError,
  }));
}

type Shown = Pick<TriggerView, "triggerId" | "name" | "submission" | "cron" | "timeZone" | "branches">;

/** A trigger as the API shows it. */
export function triggerView({ triggerId, name, submission, cron, timeZone, branches }: Shown, publicUrl: string) {
  const { url, revision, path, owner, project } = submission;
  return {
    triggerId,
    name,
    source: { url, revision, path },
    owner,
    project,
    schedule: cron === null ? null : { cron, timeZone: timeZone ?? "UTC" },
    push: branches === null ? null : { branches, address: `${publicUrl}/push/${triggerId}` },
  };
}
