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

/** Takes mails that are due for sending, and those of senders that are gone; nobody else gets them while this sender lives. */
export async function claimMails(
  queries: Queries,
  sender: number,
  limit: number,
): Promise<(OutgoingMail & { tries: number })[]> {
  const result = await sql<{
    message_id: string;
    job_id: string | null;
    submission_id: string | null;
    recipients: string[];
    subject: string;
    body: string;
    html: string | null;
    headers: Record<string, string>;
    tries: number;
  }>`
    update outbox set next_try_at = now() + make_interval(secs => ${claimSeconds}), tries = tries + 1, claimed_by = ${sender}
    where message_id in (
      select message_id from outbox where sent_at is null and refused_at is null and (next_try_at <= now()
        or (claimed_by is not null and claimed_by not in (
          select objid::bigint from pg_locks where locktype = 'advisory' and classid = ${senderLocks} and granted)))
      order by next_try_at limit ${limit} for update skip locked)
    returning *`.execute(queries);
  return result.rows.map((row) => ({
    messageId: row.message_id,
    jobId: row.job_id,
    submissionId: row.submission_id,
    recipients: row.recipients,
    subject: row.subject,
    body: row.body,
    html: row.html,
    headers: row.headers,
    tries: row.tries,
  }));
}

/** The relay has the mail. `error` tells of recipients that it refused. */
export async function markSent(queries: Queries, messageId: string, error: string | null): Promise<void> {
  await sql`update outbox set sent_at = now(), last_error = ${error} where message_id = ${messageId}`.execute(queries);
}

/** The relay did not take the mail now; it is tried again after the delay, for these recipients or for all. */
export async function postponeMail(
  queries: Queries,
  messageId: string,
  error: string,
  delayMs: number,
  recipients: readonly string[] | null,
): Promise<void> {
  await sql`
    update outbox set last_error = ${error}, recipients = coalesce(${recipients}, recipients), claimed_by = null,
      next_try_at = now() + make_interval(secs => ${delayMs / 1000}) where message_id = ${messageId}`.execute(queries);
}

/** The relay will never take the mail. */
export async function markRefused(queries: Queries, messageId: string, error: string): Promise<void> {
  await sql`update outbox set last_error = ${error}, refused_at = now() where message_id = ${messageId}`.execute(
    queries,
  );
}
