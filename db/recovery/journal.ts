import { sql } from "kysely";
import type { JournalBatch, JournalEntry } from "../../domain/recovery/journal.js";
import { iso, type Queries, toJson } from "../connect.js";
import { advisoryLocks } from "../advisory-locks.js";

/** A batch is much smaller than the limit of a message to Temporal (2 MiB). */
const batchEntries = 200;
const batchBytes = 512 * 1024;

/** If a submission has more jobs, only their number is stored. */
const namedJobs = 5_000;

/** Writes an entry, in the transaction of the change that it describes. */
export async function writeEntry(queries: Queries, entry: JournalEntry): Promise<void> {
  await sql`insert into journal (entry) values (${toJson(entry)})`.execute(queries);
}

/** Records the current state of a submission. The grid's own ones are left out, because the grid can make them again. */
export async function noteSubmission(queries: Queries, submissionId: string): Promise<void> {
  await sql`
    insert into journal (entry)
    select jsonb_build_object('kind', 'submission', 'submissionId', submission_id, 'owner', owner, 'project', project, 'revision', revision,
      'jobs', nullif(made.jobs, 0), 'jobIds', made.ids,
      'isOver', state in ('rejected', 'cancelled', 'expired'))
    from submissions, lateral (
      select count(*) as jobs, case when count(*) <= ${namedJobs} then coalesce(jsonb_agg(job_id), '[]') end as ids
      from jobs where jobs.submission_id = submissions.submission_id) as made
    where submission_id = ${submissionId} and origin = 'user'`.execute(queries);
}

/** Records the recipients of a sent mail, and its jobs. */
export async function noteDelivery(queries: Queries, messageId: string, recipients: readonly string[]): Promise<void> {
  await sql`
    insert into journal (entry)
    select jsonb_build_object('kind', 'mail', 'messageId', message_id, 'submissionId', submission_id, 'recipients', ${toJson(recipients)}::jsonb,
      'isWhole', sent_at is not null,
      'jobs', (select coalesce(jsonb_agg(job_id), '[]') from jobs
        where (jobs.job_id = outbox.job_id or jobs.submission_id = outbox.submission_id) and told_by = outbox.message_id))
    from outbox where message_id = ${messageId}`.execute(queries);
}

/** The position up to which Temporal has the journal of this database. */
export interface JournalPosition {
  /** The last batch that Temporal has, and since when; null if there was none yet. */
  confirmed: string | null;
  confirmedAt: string;
  /** Its number, 0 for none. */
  number: number;
  /** The next batch, if it is being sent. */
  sending: string | null;
}

export async function readJournalPosition(queries: Queries): Promise<JournalPosition> {
  const result = await sql<JournalPosition>`
    select confirmed, ${iso("confirmed_at")} as "confirmedAt", number, sending from journal_position`.execute(queries);
  return result.rows[0]!;
}

/**
 * Takes the next batch. A batch that was being sent is taken again, because it is unknown whether Temporal has it. Undefined if
 * there is none, or if another control worker is sending it.
 */
export async function takeBatch(queries: Queries, newId: () => string): Promise<JournalBatch | undefined> {
  // The lock is a separate statement, so that the next ones see what its last holder wrote.
  const lock = await sql<{ isFree: boolean }>`
    select pg_try_advisory_xact_lock(${advisoryLocks.journal}) as "isFree"`.execute(queries);
  if (!lock.rows[0]!.isFree) return undefined;
  const { sending, number } = await readJournalPosition(queries);
  if (sending !== null) return { id: sending, number: number + 1, entries: await readEntries(queries, sending) };
  const id = newId();
  await sql`
    update journal set batch = ${id} where entry_id in (
      select entry_id from (
        select entry_id, sum(length(entry::text)) over (order by entry_id) as bytes, row_number() over (order by entry_id) as place
        from (select entry_id, entry from journal order by entry_id limit ${batchEntries}) as next) as sized
      where bytes <= ${batchBytes} or place = 1)`.execute(queries);
  const entries = await readEntries(queries, id);
  if (entries.length === 0) return undefined;
  await sql`update journal_position set sending = ${id}`.execute(queries);
  return { id, number: number + 1, entries };
}

async function readEntries(queries: Queries, batch: string): Promise<JournalEntry[]> {
  const result = await sql<{ entry: JournalEntry }>`
    select entry from journal where batch = ${batch} order by entry_id`.execute(queries);
  return result.rows.map(({ entry }) => entry);
}

/** Records that Temporal has a batch, and deletes its entries here. */
export async function confirmBatch(queries: Queries, id: string): Promise<void> {
  await sql`
    with confirmed as (
      update journal_position set confirmed = ${id}, number = number + 1, confirmed_at = now(), sending = null
      where sending = ${id} returning 1)
    delete from journal where batch = ${id} and exists (select 1 from confirmed)`.execute(queries);
}

/** Marks this database as current. Unsent entries are sent again. */
export async function settlePosition(queries: Queries, last: { id: string; number: number }): Promise<void> {
  await sql`update journal set batch = null`.execute(queries);
  await sql`
    update journal_position set confirmed = ${last.id}, number = ${last.number}, confirmed_at = now(), sending = null`.execute(
    queries,
  );
}
