import { sql } from "kysely";
import { type Queries, toJson } from "../connect.js";
import { noteDelivery } from "../recovery/journal.js";
import { advisoryLocks } from "../advisory-locks.js";

/** The result of one try to send a mail. */
export interface Progress {
  messageId: string;
  /** Recipients who do not have it yet. If each one gets it separately, those who were not tried yet come first. */
  pending: string[];
  accepted: string[];
  /** Recipients that the relay rejected, for now or for good. */
  turnedAway: { recipient: string; error: string; isFinal: boolean }[];
  /** Whether each recipient gets it in a separate transaction from now on. */
  apart: boolean;
  /** The error, for people; null if there is none. */
  error: string | null;
  /** The time until the next try. */
  pauseMs: number;
}

/**
 * Writes the result of a sender's try. Does nothing if another sender has claimed the mail since. A recipient who was rejected
 * for longer than `giveUpMs` is rejected for good. When no recipient is left, the mail counts as sent, or as refused if nobody
 * got it.
 */
export async function writeProgress(
  queries: Queries,
  sender: number,
  progress: Progress,
  giveUpMs: number,
): Promise<void> {
  const { messageId, pending, accepted, turnedAway, apart, error, pauseMs } = progress;
  const own = await sql`
    select 1 from outbox where message_id = ${messageId} and claimed_by = ${sender} and sent_at is null for update`.execute(
    queries,
  );
  if (own.rows.length === 0) return;
  await sql`
    with wanted as (select distinct on (recipient) * from jsonb_to_recordset(${toJson(turnedAway)}) as t (recipient text, error text, "isFinal" boolean))
    insert into mail_troubles (message_id, recipient, error, refused_at)
    select ${messageId}, recipient, error, case when "isFinal" then now() end from wanted
    on conflict (message_id, recipient) do update set error = excluded.error,
      refused_at = coalesce(excluded.refused_at, case when mail_troubles.since < now() - make_interval(secs => ${giveUpMs / 1000}) then now() end)`.execute(
    queries,
  );
  await sql`delete from mail_troubles where message_id = ${messageId} and recipient = any(${accepted})`.execute(
    queries,
  );
  await sql`
    with refused as (select array_agg(recipient) as all from mail_troubles where message_id = ${messageId} and refused_at is not null),
    state as (
      select array(select one from unnest(${pending}::text[]) with ordinality as p (one, place) where one <> all(coalesce(refused.all, '{}')) order by place) as pending,
        (select outbox.recipients <@ coalesce(refused.all, '{}') from outbox where message_id = ${messageId}) as nobody
      from refused)
    update outbox set pending = state.pending, apart = ${apart}, last_error = ${error}, claimed_by = null,
      next_try_at = now() + make_interval(secs => ${pauseMs / 1000}),
      sent_at = case when state.pending = '{}' and not nobody then now() end,
      refused_at = case when state.pending = '{}' and nobody then now() end
    from state where message_id = ${messageId}`.execute(queries);
  if (accepted.length > 0) await noteDelivery(queries, messageId, accepted);
}

/** An address whose mails the relay refuses, with their number. Times are ISO. */
export interface RefusedAddress {
  recipient: string;
  mails: number;
  error: string;
  since: string;
}

/**
 * Takes the addresses that admins must know about. An address that was reported within the last day is left out. Returns none
 * before the first one has waited for `gatherMs`, so that several share a mail.
 */
export async function takeRefusedAddresses(queries: Queries, gatherMs: number): Promise<RefusedAddress[]> {
  const result = await sql<RefusedAddress>`
    with due as (
      select t.* from mail_troubles t
      where t.refused_at is not null and t.reported_at is null and pg_try_advisory_xact_lock(${advisoryLocks.mailReport})
        and not exists (select 1 from mail_troubles told where told.recipient = t.recipient and told.reported_at > now() - interval '1 day')),
    ripe as (select exists (select 1 from due where refused_at < now() - make_interval(secs => ${gatherMs / 1000})) as now),
    told as (
      update mail_troubles t set reported_at = now() from due, ripe
      where ripe.now and t.message_id = due.message_id and t.recipient = due.recipient returning due.*)
    select recipient, count(*) as mails, (array_agg(error order by refused_at desc))[1] as error,
      to_char(min(refused_at) at time zone 'utc', 'YYYY-MM-DD"T"HH24:MI:SS"Z"') as since
    from told group by recipient order by recipient`.execute(queries);
  return result.rows;
}
