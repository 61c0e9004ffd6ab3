import { sql } from "kysely";
import type { MailState } from "../../domain/mail/mail-states.js";
import { iso, type Queries } from "../connect.js";

/** A mail of the outbox, as admins see it. Times are ISO. */
export interface MailView {
  mailId: number;
  messageId: string;
  jobId: string | null;
  submissionId: string | null;
  state: MailState;
  subject: string;
  recipients: string[];
  /** Recipients who do not have it yet. */
  pending: string[];
  /** Recipients that the relay rejected, for now or for good. */
  turnedAway: { recipient: string; error: string; since: string; refusedAt: string | null }[];
  tries: number;
  createdAt: string;
  nextTryAt: string | null;
  sentAt: string | null;
  refusedAt: string | null;
  lastError: string | null;
}

/** A mail that some or all of its recipients will not get. */
const isRefused = sql`(refused_at is not null or exists (select 1 from mail_troubles t where t.message_id = outbox.message_id and t.refused_at is not null))`;
const isDue = sql`(sent_at is null and refused_at is null)`;
const conditions = { due: isDue, refused: isRefused, sent: sql`sent_at is not null` } as const;

/** Mails, the latest first. @param before a mail's number: the key of the next page */
export async function readMails(
  queries: Queries,
  filter: { state?: MailState | undefined; before?: number | undefined; limit: number },
): Promise<MailView[]> {
  const result = await sql<MailView>`
    select mail_id, message_id, job_id, submission_id, subject, recipients,
      case when ${isDue} then coalesce(pending, recipients) else '{}' end as pending, tries, last_error,
      case when ${isDue} then 'due' when refused_at is not null then 'refused' else 'sent' end as state,
      (select coalesce(jsonb_agg(jsonb_build_object('recipient', recipient, 'error', error, 'since', ${iso("since")}, 'refusedAt', ${iso("t.refused_at")}) order by recipient), '[]')
        from mail_troubles t where t.message_id = outbox.message_id) as "turnedAway",
      ${iso("created_at")} as "createdAt", case when ${isDue} then ${iso("next_try_at")} end as "nextTryAt", ${iso("sent_at")} as "sentAt", ${iso("outbox.refused_at")} as "refusedAt"
    from outbox where ${filter.state === undefined ? sql`true` : conditions[filter.state]}
      and ${filter.before === undefined ? sql`true` : sql`mail_id < ${filter.before}`}
    order by mail_id desc limit ${filter.limit}`.execute(queries);
  return result.rows;
}

/** The number of mails that are due (a postponed one is not yet), and of those that a recipient will not get. */
export async function countMails(queries: Queries): Promise<{ mailsDue: number; mailsRefused: number }> {
  const result = await sql<{ mailsDue: number; mailsRefused: number }>`
    select (select count(*) from outbox where ${isDue} and coalesce(not_before <= now(), true)) as "mailsDue",
      (select count(distinct message_id) from mail_troubles where refused_at is not null) as "mailsRefused"`.execute(
    queries,
  );
  return result.rows[0]!;
}

/**
 * Makes a mail due now, for recipients who do not have it. Does nothing if the mail is being sent at this moment.
 * Returns whether there was anything to try.
 */
export async function retryMail(queries: Queries, mailId: number): Promise<boolean> {
  const tried = await sql<{ messageId: string }>`
    update outbox set sent_at = null, refused_at = null, tries = 0, next_try_at = now(),
      pending = case when ${isDue} then pending else array(select recipient from mail_troubles t where t.message_id = outbox.message_id and t.refused_at is not null) end
    where mail_id = ${mailId} and claimed_by is null and (${isDue} or ${isRefused}) returning message_id`.execute(
    queries,
  );
  const messageId = tried.rows[0]?.messageId;
  if (messageId === undefined) return false;
  await sql`update mail_troubles set refused_at = null, since = now() where message_id = ${messageId}`.execute(queries);
  return true;
}
