import { sql } from "kysely";
import { iso, type Queries } from "../connect.js";
import { advisoryLocks } from "../advisory-locks.js";

/** If a mail waits for longer than this, the grid cannot send mail, as if the relay were down. */
const lateMs = 15 * 60_000;
/** If the watch has sent no heartbeat for this long, nothing is watched. */
const unwatchedMs = 60_000;
/** Whether the grid can send mail, and whether all its own parts work. */
export async function readGridHealth(queries: Queries): Promise<{ canMail: boolean; isWell: boolean }> {
  const result = await sql<{ canMail: boolean; isWell: boolean }>`
    select
      not exists (select 1 from outages where service = 'grid/relay' and ended_at is null)
        and not exists (
          select 1 from outbox where sent_at is null and refused_at is null
            and greatest(created_at, not_before) < now() - make_interval(secs => ${lateMs / 1000})) as "canMail",
      not exists (select 1 from outages where service like 'grid/%' and kind = 'unplanned' and ended_at is null)
        and not exists (
          select 1 from services where service = 'grid/control'
            and last_probe_at < now() - make_interval(secs => ${unwatchedMs / 1000})) as "isWell"`.execute(queries);
  return result.rows[0] ?? { canMail: true, isWell: true };
}

/**
 * Unplanned open outages that the webhook has not got yet, oldest first. Returns none if another process calls the webhook now.
 * Otherwise this process has that right until its transaction ends.
 */
export async function takeOutagesForWebhook(
  queries: Queries,
): Promise<{ outageId: string; service: string; since: string; detail: string }[]> {
  const lock = await sql<{ isOurs: boolean }>`
    select pg_try_advisory_xact_lock(${advisoryLocks.adminWebhook}) as "isOurs"`.execute(queries);
  if (lock.rows[0]?.isOurs !== true) return [];
  const result = await sql<{ outageId: string; service: string; since: string; detail: string }>`
    select outage_id, service, ${iso("started_at")} as since, detail from outages
    where ended_at is null and webhook_at is null and kind = 'unplanned' order by started_at`.execute(queries);
  return result.rows;
}

export async function markSentToWebhook(queries: Queries, outageIds: readonly string[]): Promise<void> {
  await sql`update outages set webhook_at = now() where outage_id = any(${outageIds})`.execute(queries);
}
