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
  headers: Record<string, string>;
}

/** How long a sender may take before another one tries the same mail. */
const claimSeconds = 60;

/** Puts a mail into the outbox, once for each message id and each job. */
export async function queueMail(queries: Queries, mail: OutgoingMail): Promise<void> {
  await sql`
    with queued as (
      insert into outbox (message_id, job_id, submission_id, recipients, subject, body, headers)
      values (${mail.messageId}, ${mail.jobId}, ${mail.submissionId}, ${mail.recipients}, ${mail.subject}, ${mail.body}, ${toJson(mail.headers)})
      on conflict do nothing)
    select pg_notify(${channels.outbox}, '')`.execute(queries);
}

/** Takes mails that are due for sending; no other sender gets them for a minute. */
export async function claimMails(queries: Queries, limit: number): Promise<(OutgoingMail & { tries: number })[]> {
  const result = await sql<{
    message_id: string;
    job_id: string | null;
    submission_id: string | null;
    recipients: string[];
    subject: string;
    body: string;
    headers: Record<string, string>;
    tries: number;
  }>`
    update outbox set next_try_at = now() + make_interval(secs => ${claimSeconds}), tries = tries + 1
    where message_id in (
      select message_id from outbox where sent_at is null and refused_at is null and next_try_at <= now()
      order by next_try_at limit ${limit} for update skip locked)
    returning *`.execute(queries);
  return result.rows.map((row) => ({
    messageId: row.message_id,
    jobId: row.job_id,
    submissionId: row.submission_id,
    recipients: row.recipients,
    subject: row.subject,
    body: row.body,
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
    update outbox set last_error = ${error}, recipients = coalesce(${recipients}, recipients),
      next_try_at = now() + make_interval(secs => ${delayMs / 1000}) where message_id = ${messageId}`.execute(queries);
}

/** The relay will never take the mail. */
export async function markRefused(queries: Queries, messageId: string, error: string): Promise<void> {
  await sql`update outbox set last_error = ${error}, refused_at = now() where message_id = ${messageId}`.execute(
    queries,
  );
}
