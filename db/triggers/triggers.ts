import { sql } from "kysely";
import type { TriggeredSource } from "../../domain/jobs/trigger.js";
import { iso, type Queries, toJson } from "../connect.js";

/** A trigger without its secrets. Times are ISO. */
export interface TriggerView {
  triggerId: string;
  name: string;
  submission: TriggeredSource;
  /** Cron lines and their time zone; null for one that waits for pushes. */
  cron: string[] | null;
  timeZone: string | null;
  /** Patterns of branches whose pushes count; null for a schedule. */
  branches: string[] | null;
  /** The token with which it submits. See `triggered-submission.ts` for what happens without it. */
  tokenId: string;
  createdBy: string;
  createdAt: string;
  lastAt: string | null;
  lastSubmissionId: string | null;
  lastError: string | null;
}

export interface StoredTrigger extends TriggerView {
  /** Encrypted, like `secret`. */
  credentials: Buffer | null;
  secret: Buffer | null;
}

const columns = sql`
  trigger_id, name, submission, cron, time_zone, branches, token_id, created_by, ${iso("created_at")} as "createdAt",
  ${iso("last_at")} as "lastAt", last_submission_id, last_error`;

/** Returns false if this token has made a trigger with this key already. @param key null for none */
export async function insertTrigger(
  queries: Queries,
  trigger: Omit<StoredTrigger, "createdAt" | "lastAt" | "lastSubmissionId" | "lastError">,
  key: string | null,
): Promise<boolean> {
  const { triggerId, name, submission, credentials, cron, timeZone, branches, secret, tokenId, createdBy } = trigger;
  const result = await sql`
    insert into triggers (trigger_id, name, submission, credentials, cron, time_zone, branches, secret, token_id, request_key, created_by)
    values (${triggerId}, ${name}, ${toJson(submission)}, ${credentials}, ${cron}, ${timeZone}, ${branches}, ${secret}, ${tokenId}, ${key}, ${createdBy})
    on conflict (token_id, request_key) do nothing`.execute(queries);
  return Number(result.numAffectedRows ?? 0) > 0;
}

/** @param project the only one whose triggers are read; null for all */
export async function readTriggers(queries: Queries, project: string | null): Promise<TriggerView[]> {
  const result = await sql<TriggerView>`
    select ${columns} from triggers where deleted_at is null
      and (${project}::text is null or submission->>'project' = ${project}) order by trigger_id`.execute(queries);
  return result.rows;
}

/** Undefined if there is none, or it is deleted. */
export async function readTrigger(queries: Queries, triggerId: string): Promise<StoredTrigger | undefined> {
  const result = await sql<StoredTrigger>`
    select ${columns}, credentials, secret from triggers where trigger_id = ${triggerId} and deleted_at is null`.execute(
    queries,
  );
  return result.rows[0];
}

/** Returns whether there was such a trigger. */
export async function deleteTrigger(queries: Queries, triggerId: string): Promise<boolean> {
  const result = await sql`
    update triggers set deleted_at = now(), credentials = null where trigger_id = ${triggerId} and deleted_at is null`.execute(
    queries,
  );
  return Number(result.numAffectedRows ?? 0) > 0;
}

/** Stores the result of a trigger: a submission, or the reason why there is none. */
export async function recordTriggered(
  queries: Queries,
  triggerId: string,
  result: { submissionId: string } | { error: string },
): Promise<void> {
  const [submissionId, error] = "error" in result ? [null, result.error] : [result.submissionId, null];
  await sql`
    update triggers set last_at = now(), last_submission_id = coalesce(${submissionId}, last_submission_id), last_error = ${error}
    where trigger_id = ${triggerId}`.execute(queries);
}
