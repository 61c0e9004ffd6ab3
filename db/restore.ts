import { sql } from "kysely";
import type { JournalEntry } from "../domain/journal.js";
import type { Known } from "../domain/restore.js";
import type { Queries } from "./connect.js";

/** What this database has of the submissions and jobs that a journal tells of, and of those that run. */
export async function knownOf(
  queries: Queries,
  entries: readonly JournalEntry[],
  running: readonly { jobId: string }[],
): Promise<Known> {
  const submissionIds = entries.flatMap((entry) => (entry.kind === "submission" ? [entry.submissionId] : []));
  const jobIds = [...entries, ...running].flatMap((each) => ("jobId" in each ? [each.jobId] : []));
  const submissions = await sql<{ submissionId: string; jobs: number }>`
    select submission_id as "submissionId", (select count(*) from jobs where jobs.submission_id = submissions.submission_id) as jobs
    from submissions where submission_id = any(${submissionIds})`.execute(queries);
  const jobs = await sql<{ jobId: string }>`
    select job_id as "jobId" from jobs where job_id = any(${jobIds})`.execute(queries);
  return {
    submissions: new Map(submissions.rows.map((row) => [row.submissionId, row.jobs])),
    jobs: new Set(jobs.rows.map(({ jobId }) => jobId)),
  };
}

/** The digest that told of these jobs was sent: none of them is in another one, and no other one gets its number. */
export async function noteDigestBefore(queries: Queries, messageId: string, jobs: readonly string[]): Promise<void> {
  await sql`
    with told as (
      update jobs set told_by = ${messageId} where job_id = any(${jobs}) and told_how = 'digest' and told_by is null
        and not exists (select 1 from outbox where message_id = ${messageId}) returning submission_id)
    update submissions set digests = digests + 1 where ${messageId} like '<digest.%' and submission_id in (
      select submission_id from jobs where job_id = any(${jobs})) and not exists (select 1 from outbox where message_id = ${messageId})`.execute(
    queries,
  );
}
