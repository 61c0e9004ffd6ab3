import { sql } from "kysely";
import type { DigestState, MailWhen, MailWish, NotifiedBy } from "../../domain/mail/mail-policy.js";
import type { FailureIdentifier } from "../../domain/failures/failures.js";
import type { Variant } from "../../domain/jobs/variant.js";
import type { AbortReason, JobState, Verdict } from "../../domain/states.js";
import { iso, type Queries, toJson } from "../connect.js";
import type { JobFacts } from "../jobs/jobs.js";

/** Who is notified of a submission, and of which results. */
export interface Audience {
  owner: string;
  tell: string[];
  asked: MailWish;
  suite: MailWish;
  /** Permanent preferences by address, in lower case. */
  preferences: Record<string, MailWhen>;
}

const audienceColumns = sql`
  s.owner, s.tell, s.mail_asked as asked, s.mail_suite as suite,
  (select coalesce(jsonb_object_agg(address, tell_when), '{}') from mail_preferences
    where address in (select lower(one) from unnest(s.owner || s.tell) as one)) as preferences`;

/** The audience of a job's end. */
export interface JobAudience extends Audience {
  /** How many jobs its submission has, counted up to a limit. */
  jobs: number;
  /** The verdict of the same test before it. */
  previous: "pass" | "fail" | null;
  /** Whether its owner asked for the mail at a later time. */
  isPostponed: boolean;
}

/** @param countTo the limit for `jobs` */
export async function readAudience(
  queries: Queries,
  job: Pick<JobFacts, "jobId" | "submissionId">,
  countTo: number,
): Promise<JobAudience> {
  const result = await sql<JobAudience>`
    select ${audienceColumns},
      exists (select 1 from jobs where job_id = ${job.jobId} and mail_not_before > now()) as "isPostponed",
      (select count(*) from (select 1 from jobs where jobs.submission_id = s.submission_id limit ${countTo}) as counted) as jobs,
      (select j.verdict from jobs j join submissions o using (submission_id)
        where j.history_key = (select history_key from jobs where job_id = ${job.jobId})
          and o.origin = 'user' and j.verdict in ('pass', 'fail') and j.job_id < ${job.jobId}
        order by j.job_id desc limit 1) as previous
    from submissions s where s.submission_id = ${job.submissionId}`.execute(queries);
  return result.rows[0]!;
}

/**
 * Reads what was reported about a submission so far, and locks that until the transaction ends. If two jobs end at the same
 * time, the second one therefore sees that it is the last.
 */
export async function lockDigestState(
  queries: Queries,
  submissionId: string,
): Promise<{ gathering: DigestState; isLast: boolean }> {
  const locked = await sql<DigestState>`
    select alarms, ${iso("digest_due_at")} as "dueAt" from submissions where submission_id = ${submissionId} for no key update`.execute(
    queries,
  );
  // A separate statement: only a statement that begins after the lock was taken sees what others wrote before.
  const open = await sql<{ open: boolean }>`
    select exists (select 1 from jobs where submission_id = ${submissionId} and verdict is null) as open`.execute(
    queries,
  );
  return { gathering: locked.rows[0]!, isLast: open.rows[0]?.open !== true };
}

export async function writeDigestState(
  queries: Queries,
  submissionId: string,
  { alarms, dueAt }: DigestState,
): Promise<void> {
  await sql`update submissions set alarms = ${alarms}, digest_due_at = ${dueAt} where submission_id = ${submissionId}`.execute(
    queries,
  );
}

/** Has the mail about a job sent `afterMs` from now, if it ends earlier. Returns the time, ISO; undefined if the job has ended. */
export async function postponeMail(queries: Queries, jobId: string, afterMs: number): Promise<string | undefined> {
  const result = await sql<{ notBefore: string }>`
    update jobs set mail_not_before = now() + make_interval(secs => ${afterMs / 1_000})
    where job_id = ${jobId} and verdict is null returning ${iso("mail_not_before")} as "notBefore"`.execute(queries);
  return result.rows[0]?.notBefore;
}

/** Stores how a job's result is reported. @param messageId its mail; null if it waits for a digest, or no recipient wants it */
export async function recordNotification(
  queries: Queries,
  jobId: string,
  how: NotifiedBy,
  messageId: string | null,
  wanted: readonly MailWhen[],
): Promise<void> {
  await sql`
    update jobs set told_how = ${how}, told_by = ${messageId}, wanted_by = ${wanted} where job_id = ${jobId}`.execute(
    queries,
  );
}

/** How a job's result was reported: the mail, the end of the job (ISO), and who wanted to know. */
export async function readNotification(
  queries: Queries,
  jobId: string,
): Promise<{ how: NotifiedBy | null; by: string | null; at: string; wantedBy: MailWhen[] }> {
  const result = await sql<{ how: NotifiedBy | null; by: string | null; at: string; wantedBy: MailWhen[] }>`
    select told_how as how, coalesce(told_by, (select message_id from outbox where outbox.job_id = jobs.job_id)) as by,
      ${iso("finished_at")} as at, wanted_by from jobs where job_id = ${jobId}`.execute(queries);
  return result.rows[0]!;
}

/** A job as a line of a digest. Times are ISO. */
export interface DigestLine {
  jobId: string;
  test: string;
  variant: Variant;
  verdict: Verdict;
  abortReason: AbortReason | null;
  failureIdentifier: FailureIdentifier | null;
  flaky: boolean;
  wantedBy: MailWhen[];
}

/** A job that has not ended yet. */
export interface OpenLine {
  jobId: string;
  test: string;
  variant: Variant;
  state: JobState;
  /** Why it is held; empty if it is not. */
  held: string[];
}

export interface DueDigest extends Audience {
  submissionId: string;
  project: string;
  branch: string;
  revision: string;
  submittedAt: string;
  /** The number of the digest within its submission, from 1. */
  number: number;
  lines: DigestLine[];
  open: OpenLine[];
  /** The number of jobs that had their own mail. */
  alarmed: number;
  /** Older submissions, and how many of their jobs this one supersedes. */
  superseded: { submissionId: string; jobs: number }[];
}

/** Takes a digest that is due. No other process gets it, and no job is added to it, until the transaction ends. */
export async function takeDueDigest(queries: Queries): Promise<DueDigest | undefined> {
  const taken = await sql<{ submissionId: string }>`
    select submission_id from submissions where digest_due_at <= now()
    order by digest_due_at limit 1 for no key update skip locked`.execute(queries);
  const submissionId = taken.rows[0]?.submissionId;
  if (submissionId === undefined) return undefined;
  const result = await sql<DueDigest>`
    select s.submission_id, s.project, s.branch, s.revision, ${iso("s.submitted_at")} as "submittedAt", s.digests + 1 as number, ${audienceColumns},
      (select coalesce(jsonb_agg(jsonb_build_object('jobId', job_id, 'test', test, 'variant', variant, 'verdict', verdict,
          'abortReason', abort_reason, 'failureIdentifier', failure_identifier, 'flaky', flaky, 'wantedBy', to_jsonb(wanted_by)) order by job_id), '[]')
        from jobs where submission_id = s.submission_id and told_how = 'digest' and told_by is null) as lines,
      (select coalesce(jsonb_agg(jsonb_build_object('jobId', j.job_id, 'test', test, 'variant', variant, 'state', j.state,
          'held', (select coalesce(jsonb_agg(detail order by since), '[]') from holds where holds.job_id = j.job_id and (until is null or until > now()))) order by j.job_id), '[]')
        from jobs j where submission_id = s.submission_id and verdict is null) as open,
      (select count(*) from jobs where submission_id = s.submission_id and told_how = 'mail') as alarmed,
      (select coalesce(jsonb_agg(jsonb_build_object('submissionId', older.submission_id, 'jobs', older.jobs) order by older.submission_id), '[]')
        from (select submission_id, count(*) as jobs from jobs where superseded_by = s.submission_id group by submission_id) as older) as superseded
    from submissions s where s.submission_id = ${submissionId}`.execute(queries);
  return result.rows[0];
}

/** Marks the digest as queued. */
export async function noteDigest(
  queries: Queries,
  submissionId: string,
  told: readonly { jobId: string; messageId: string }[],
  unwanted: readonly string[],
): Promise<void> {
  await sql`
    update jobs set told_by = t."messageId" from jsonb_to_recordset(${toJson(told)}) as t ("jobId" text, "messageId" text)
    where jobs.job_id = t."jobId"`.execute(queries);
  await sql`update jobs set told_how = 'unwanted' where job_id = any(${unwanted})`.execute(queries);
  await sql`
    update submissions set digests = digests + 1, digest_due_at = null where submission_id = ${submissionId}`.execute(
    queries,
  );
}

/** Stores the permanent preference of an address; null removes it. */
export async function setPreference(
  queries: Queries,
  address: string,
  when: MailWhen | null,
  by: string,
): Promise<void> {
  if (when === null) await sql`delete from mail_preferences where address = lower(${address})`.execute(queries);
  else
    await sql`
      insert into mail_preferences (address, tell_when, changed_by) values (lower(${address}), ${when}, ${by})
      on conflict (address) do update set tell_when = excluded.tell_when, changed_by = excluded.changed_by, changed_at = now()`.execute(
      queries,
    );
}

export async function readPreference(queries: Queries, address: string): Promise<MailWhen | null> {
  const result = await sql<{ when: MailWhen }>`
    select tell_when as when from mail_preferences where address = lower(${address})`.execute(queries);
  return result.rows[0]?.when ?? null;
}
