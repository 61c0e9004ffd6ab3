import { type RawBuilder, sql } from "kysely";
import { channels, type Queries, toJson } from "../connect.js";
import { advisoryLocks } from "../advisory-locks.js";

/** A mail that is due. `messageId` stays the same, however often the mail is sent. */
export interface OutgoingMail {
  messageId: string;
  jobId: string | null;
  submissionId: string | null;
  recipients: string[];
  subject: string;
  body: string;
  /** Null in mails that an older Holdfast has queued. */
  html: string | null;
  headers: Record<string, string>;
}

/**
 * How long a living sender may take for a mail before another one tries it: longer than a relay may take to
 * answer (RFC 5321, section 4.5.3.2). A frozen sender may learn later that its mail was taken.
 */
const claimSeconds = 11 * 60;

/**
 * Shows that a sender lives for as long as this connection lasts. The connection of a killed process ends, but that of a frozen
 * process does not.
 */
export async function holdSenderLock(client: { query(text: string): Promise<unknown> }, sender: number): Promise<void> {
  await client.query(`select pg_advisory_lock(${advisoryLocks.mailSender}, ${sender})`);
}

/**
 * Puts a mail into the outbox, once for each message id and each job. Recipients who got it before a restore do not get it
 * again.
 */
export async function queueMail(queries: Queries, mail: OutgoingMail): Promise<void> {
  const { messageId, recipients } = mail;
  await sql`
    with had as (
      select array_agg(recipient) as it from sent_before_restore where message_id = ${messageId} and recipient = any(${recipients})),
    postponed as (select (select mail_not_before from jobs where job_id = ${mail.jobId}) as until),
    queued as (
      insert into outbox (message_id, job_id, submission_id, recipients, subject, body, html, headers, pending, sent_at, not_before, next_try_at)
      select ${messageId}, ${mail.jobId}, ${mail.submissionId}, ${recipients}, ${mail.subject}, ${mail.body}, ${mail.html}, ${toJson(mail.headers)}::jsonb,
        ${pendingWithout(sql`${recipients}::text[]`, sql`had.it`)}, case when ${recipients}::text[] <@ had.it then now() end,
        postponed.until, greatest(now(), postponed.until)
      from had, postponed on conflict do nothing)
    select pg_notify(${channels.outbox}, '')`.execute(queries);
}

/** Stores who got a mail before an older copy of the database replaced the current one. */
export async function noteSentBefore(
  queries: Queries,
  messageId: string,
  recipients: readonly string[],
): Promise<void> {
  await sql`
    insert into sent_before_restore (message_id, recipient) select ${messageId}, unnest(${recipients}::text[])
    on conflict do nothing`.execute(queries);
  await sql`
    update outbox set pending = ${pendingWithout(sql`coalesce(pending, recipients)`, sql`${recipients}::text[]`)},
      sent_at = case when coalesce(pending, recipients) <@ ${recipients}::text[] then now() end
    where message_id = ${messageId} and sent_at is null and refused_at is null`.execute(queries);
}

/** The recipients of a mail, without those who have it; null if nobody has it. */
function pendingWithout(recipients: RawBuilder<unknown>, had: RawBuilder<unknown>): RawBuilder<unknown> {
  return sql`case when ${had} is not null then array(select one from unnest(${recipients}) with ordinality as all_of (one, place) where one <> all(${had}) order by place) end`;
}

/** A mail that this sender has claimed. */
export interface ClaimedMail extends OutgoingMail {
  /** How often it was tried, including this time. */
  tries: number;
  /** Recipients who do not have it yet. */
  pending: string[];
  /** The recipients that the relay has rejected before. */
  troubled: string[];
  /** Whether each recipient gets it in a separate transaction. */
  apart: boolean;
}

/**
 * Claims mails that are due, and those of senders that are gone. While this sender lives, no other one gets them for
 * `claimSeconds`. Right after a start of the database, no sender counts as gone, because living senders have not taken their
 * locks yet.
 */
export async function claimMails(queries: Queries, sender: number, limit: number): Promise<ClaimedMail[]> {
  const result = await sql<ClaimedMail>`
    update outbox set next_try_at = now() + make_interval(secs => ${claimSeconds}), tries = tries + 1, claimed_by = ${sender}
    where message_id in (
      select message_id from outbox where sent_at is null and refused_at is null and (next_try_at <= now()
        or (claimed_by is not null and pg_postmaster_start_time() < now() - interval '10 seconds' and claimed_by not in (
          select objid::bigint from pg_locks where locktype = 'advisory' and classid = ${advisoryLocks.mailSender} and granted)))
      order by next_try_at limit ${limit} for update skip locked)
    returning message_id, job_id, submission_id, recipients, subject, body, html, headers,
      tries, coalesce(pending, recipients) as pending, apart,
      array(select recipient from mail_troubles t where t.message_id = outbox.message_id) as troubled`.execute(queries);
  return result.rows;
}
