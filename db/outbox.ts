import { sql } from "kysely";
import { channels, type Queries, toJson } from "./connect.js";

/** A mail that is due. `messageId` is the same however often it is sent. */
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
 * How long a sender that lives may have a mail under way before another one tries it: longer than a relay may take to
 * answer (RFC 5321, section 4.5.3.2). A frozen sender may learn later that its mail was taken.
 */
const claimSeconds = 11 * 60;

/** Any number; with the sender's own it names the lock by which the others know that it lives. */
const senderLocks = 7_411_002;

/** Says for as long as this connection lasts that a sender lives. A killed one's connection ends with it, a frozen one's does not. */
export async function holdSenderLock(client: { query(text: string): Promise<unknown> }, sender: number): Promise<void> {
  await client.query(`select pg_advisory_lock(${senderLocks}, ${sender})`);
}

/** Puts a mail into the outbox, once for each message id and each job. */
export async function queueMail(queries: Queries, mail: OutgoingMail): Promise<void> {
  await sql`
    with queued as (
      insert into outbox (message_id, job_id, submission_id, recipients, subject, body, html, headers)
      values (${mail.messageId}, ${mail.jobId}, ${mail.submissionId}, ${mail.recipients}, ${mail.subject}, ${mail.body}, ${mail.html}, ${toJson(mail.headers)})
      on conflict do nothing)
    select pg_notify(${channels.outbox}, '')`.execute(queries);
}

/** A mail that this sender alone has under way. */
export interface ClaimedMail extends OutgoingMail {
  /** How often it was tried, this time included. */
  tries: number;
  /** Those who do not have it yet. */
  pending: string[];
  /** Those of them whom the relay has turned away before. */
  troubled: string[];
  /** Each gets it in a transaction of its own. */
  apart: boolean;
}

/**
 * Takes mails that are due for sending, and those of senders that are gone; nobody else gets them while this sender
 * lives. Right after a start of the database nobody counts as gone: who lives still has to show it.
 */
export async function claimMails(queries: Queries, sender: number, limit: number): Promise<ClaimedMail[]> {
  const result = await sql<ClaimedMail>`
    update outbox set next_try_at = now() + make_interval(secs => ${claimSeconds}), tries = tries + 1, claimed_by = ${sender}
    where message_id in (
      select message_id from outbox where sent_at is null and refused_at is null and (next_try_at <= now()
        or (claimed_by is not null and pg_postmaster_start_time() < now() - interval '10 seconds' and claimed_by not in (
          select objid::bigint from pg_locks where locktype = 'advisory' and classid = ${senderLocks} and granted)))
      order by next_try_at limit ${limit} for update skip locked)
    returning message_id as "messageId", job_id as "jobId", submission_id as "submissionId", recipients, subject, body, html, headers,
      tries, coalesce(pending, recipients) as pending, apart,
      array(select recipient from mail_troubles t where t.message_id = outbox.message_id) as troubled`.execute(queries);
  return result.rows;
}
