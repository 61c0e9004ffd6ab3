import { sql } from "kysely";
import type { JournalEntry } from "../../domain/recovery/journal.js";
import type { Known } from "../../domain/recovery/restore.js";
import type { Queries } from "../connect.js";

/** Which submissions and jobs of the journal, and which running jobs, this database knows. */
export async function knownOf(
  queries: Queries,
  entries: readonly JournalEntry[],
  running: readonly { jobId: string }[],
): Promise<Known> {
  const submissionIds = entries.flatMap((entry) => (entry.kind === "submission" ? [entry.submissionId] : []));
  const jobIds = [...entries, ...running].flatMap((each) => ("jobId" in each ? [each.jobId] : []));
  const submissions = await sql<{ submissionId: string; jobs: number }>`
    select submission_id, (select count(*) from jobs where jobs.submission_id = submissions.submission_id) as jobs
    from submissions where submission_id = any(${submissionIds})`.execute(queries);
  const jobs = await sql<{ jobId: string }>`
    select job_id from jobs where job_id = any(${jobIds})`.execute(queries);
  return {
    submissions: new Map(submissions.rows.map((row) => [row.submissionId, row.jobs])),
    jobs: new Set(jobs.rows.map(({ jobId }) => jobId)),
  };
}

/** Makes the digest of a submission due now. */
export async function wantDigest(queries: Queries, submissionId: string): Promise<void> {
  await sql`
    update submissions set digest_due_at = least(digest_due_at, now()) where submission_id = ${submissionId}`.execute(
    queries,
  );
}
