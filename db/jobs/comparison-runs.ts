import { type RawBuilder, sql } from "kysely";
import type { Attempt, AttemptReport, CompanionPurpose, ComparisonPurpose } from "../../domain/verdict/attempt.js";
import type { JobDefinition } from "../../domain/jobs/job-definition.js";
import type { ComparisonRequest } from "../../domain/verdict/decision.js";
import type { JobRequirement } from "../../domain/requirements/requirement.js";
import type { JobState, Verdict } from "../../domain/states.js";
import { type Queries, toJson } from "../connect.js";
import type { JobFacts } from "./jobs.js";
import type { AttemptContext } from "./attempts.js";

/** A job that runs for the verdict of another one. */
export interface ComparisonRun {
  jobId: string;
  purpose: CompanionPurpose;
  state: JobState;
  verdict: Verdict | null;
}

/** The comparison run of a job whose result is not yet an attempt of that job; undefined if there is none. */
export async function openComparisonRun(queries: Queries, jobId: string): Promise<ComparisonRun | undefined> {
  const result = await sql<ComparisonRun>`
    select job_id, companion_purpose as purpose, state, verdict from jobs
    where companion_of = ${jobId} and companion_purpose <> 'reopen' and folded_at is null order by submitted_at desc limit 1`.execute(
    queries,
  );
  return result.rows[0];
}

/** The source, test and requirements that a comparison run uses. */
export interface ComparisonSource {
  definition: JobDefinition;
  requirements: JobRequirement[];
  sourceHash: string;
  revision: string;
}

/**
 * The source and definition with which a test last passed, in the same variant and project; undefined if it never did. The
 * same branch is preferred. A new branch has no history, but a pass on another branch also shows whether the environment has
 * changed.
 */
export async function lastPassing(
  queries: Queries,
  job: Pick<JobFacts, "test" | "variant" | "project" | "branch">,
): Promise<(ComparisonSource & { jobId: string }) | undefined> {
  const lastOf = (branch: RawBuilder<unknown>) =>
    sql<ComparisonSource & { jobId: string }>`
    select j.job_id, j.definition, coalesce(j.requirements, '[]') as requirements, s.source_hash, coalesce(s.source_commit, s.revision) as revision
    from jobs j join submissions s using (submission_id)
    where j.verdict = 'pass' and not j.flaky and j.test = ${job.test} and j.variant = ${toJson(job.variant)}
      and s.project = ${job.project} and ${branch} and s.origin in ('user', 'reopen')
    order by j.job_id desc limit 1`.execute(queries);
  const { rows } = await lastOf(sql`s.branch = ${job.branch}`);
  return rows[0] ?? (await lastOf(sql`true`)).rows[0];
}

/** The next free id for a comparison run of a job: `<jobId>.<purpose>.<n>`. */
export async function nextComparisonRunId(queries: Queries, jobId: string, purpose: CompanionPurpose): Promise<string> {
  const result = await sql<{ count: number }>`
    select count(*) as count from jobs where companion_of = ${jobId} and companion_purpose = ${purpose}`.execute(
    queries,
  );
  return `${jobId}.${purpose}.${(result.rows[0]?.count ?? 0) + 1}`;
}

/** Writes a comparison run with its requirements: they are known and need no analysis. */
export async function insertComparisonRun(
  queries: Queries,
  submissionId: string,
  companion: {
    jobId: string;
    of: string;
    purpose: CompanionPurpose;
    wish: ComparisonRequest | null;
  } & ComparisonSource,
): Promise<void> {
  const { jobId, of, purpose, wish, definition, requirements } = companion;
  await sql`
    insert into jobs (job_id, submission_id, test, variant, definition, state, requirements, companion_of, companion_purpose, companion_wish, history_key)
    values (${jobId}, ${submissionId}, ${definition.test}, ${toJson(definition.variant)}, ${toJson(definition)}, 'analysing',
      ${toJson(requirements)}, ${of}, ${purpose}, ${wish === null ? null : toJson(wish)}, (select history_key from jobs where job_id = ${of}))`.execute(
    queries,
  );
}

/** Marks the result of a comparison run as recorded or as not needed. */
export async function foldComparisonRun(queries: Queries, jobId: string): Promise<void> {
  await sql`update jobs set folded_at = now() where job_id = ${jobId} and folded_at is null`.execute(queries);
}

/** Comparison runs of a job that have not ended. */
export async function unfinishedComparisonRuns(queries: Queries, jobId: string): Promise<string[]> {
  const result = await sql<{ jobId: string }>`
    select job_id from jobs where companion_of = ${jobId} and companion_purpose <> 'reopen' and verdict is null`.execute(
    queries,
  );
  return result.rows.map(({ jobId: id }) => id);
}

/** How a comparison run ended, its purpose, and its last reported attempt, if it has one. */
export async function comparisonResult(
  queries: Queries,
  jobId: string,
): Promise<{
  verdict: Verdict | null;
  purpose: ComparisonPurpose;
  leaseId: string | null;
  attempt: Attempt | null;
}> {
  const result = await sql<ResultRow>`
    select j.verdict, j.companion_purpose, a.lease_id, a.number, a.machine, a.host, a.report from jobs j
    left join lateral (select * from attempts where attempts.job_id = j.job_id and report is not null order by number desc limit 1) as a on true
    where j.job_id = ${jobId}`.execute(queries);
  const row = result.rows[0];
  // An older copy of the database may not know the run: then it never ran, and the job asks for it again.
  if (row === undefined) return { verdict: "abort", purpose: "baseline", leaseId: null, attempt: null };
  const { verdict, companionPurpose: purpose, leaseId, report, number, machine, host } = row;
  return {
    verdict,
    purpose,
    leaseId,
    attempt: report === null ? null : { ...report, number, purpose: "test", machine, host },
  };
}

interface ResultRow {
  verdict: Verdict | null;
  companionPurpose: ComparisonPurpose;
  leaseId: string | null;
  number: number;
  machine: string;
  host: string;
  report: (AttemptReport & AttemptContext) | null;
}
