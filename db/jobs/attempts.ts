import { sql } from "kysely";
import type { FailureIdentifier } from "../../domain/failures/failures.js";
import type { Attempt, AttemptReport, EvidenceLine } from "../../domain/verdict/attempt.js";
import { type Queries, toJson } from "../connect.js";

/** How many failing subtests are shown in lists. The attempt itself has all that are stored. */
const failingInLists = 20;

/** Writes the end of an attempt, or the whole attempt if its agent never reported the start. */
export async function recordAttempt(queries: Queries, jobId: string, leaseId: string, attempt: Attempt): Promise<void> {
  const { number, purpose, machine, host, startedAt, endedAt, outcome, failureIdentifier, ...report } = attempt;
  const json = toJson({ outcome, failureIdentifier, startedAt, endedAt, ...report });
  await sql`
    insert into attempts (job_id, number, purpose, lease_id, machine, host, started_at, ended_at, outcome, failure_identifier, report, failing, counts, companion, use)
    values (${jobId}, ${number}, ${purpose}, ${leaseId}, ${machine}, ${host}, ${startedAt}, ${endedAt}, ${outcome}, ${failureIdentifier}, ${json},
      ${toJson(attempt.failing.slice(0, failingInLists))}, ${attempt.counts === undefined ? null : toJson(attempt.counts)}, ${attempt.companion ?? null},
      ${attempt.use === undefined ? null : toJson(attempt.use)})
    on conflict (job_id, number) do update set
      started_at = least(attempts.started_at, excluded.started_at), ended_at = excluded.ended_at,
      outcome = excluded.outcome, failure_identifier = excluded.failure_identifier, report = excluded.report,
      failing = excluded.failing, counts = excluded.counts, companion = excluded.companion, use = excluded.use`.execute(
    queries,
  );
  await sql`update jobs set started_at = ${startedAt} where job_id = ${jobId} and started_at is null`.execute(queries);
}

/** The fields that a review adds to an agent's report. */
export type AttemptContext = Omit<Attempt, keyof AttemptReport | "number" | "purpose" | "machine" | "host">;

type AttemptRow = Pick<Attempt, "number" | "purpose" | "machine" | "host"> & { report: AttemptReport & AttemptContext };

const attemptColumns = sql`number, purpose, machine, host, report`;

/** The judged attempts of a job, in order, without those that have no report. */
export async function readAttempts(queries: Queries, jobId: string): Promise<Attempt[]> {
  const result = await sql<AttemptRow>`
    select ${attemptColumns} from attempts where job_id = ${jobId} and report is not null order by number`.execute(
    queries,
  );
  return result.rows.map(rowToAttempt);
}

/** One judged attempt with all that was reported about it; undefined while it runs, or if there is none. */
export async function readAttempt(queries: Queries, jobId: string, number: number): Promise<Attempt | undefined> {
  const result = await sql<AttemptRow>`
    select ${attemptColumns} from attempts where job_id = ${jobId} and number = ${number} and report is not null`.execute(
    queries,
  );
  const row = result.rows[0];
  return row === undefined ? undefined : rowToAttempt(row);
}

/** Whether an attempt is over, or its job is. */
export async function hasAttemptEnded(queries: Queries, jobId: string, attempt: number): Promise<boolean> {
  const result = await sql<{ isOver: boolean }>`
    select j.verdict is not null or exists (
      select 1 from attempts a where a.job_id = j.job_id and number = ${attempt} and ended_at is not null) as "isOver"
    from jobs j where j.job_id = ${jobId}`.execute(queries);
  return result.rows[0]?.isOver ?? true;
}

function rowToAttempt({ report, number, purpose, machine, host }: AttemptRow): Attempt {
  return { ...report, number, purpose, machine, host };
}

/** Marks an attempt as dirty because of an outage that was recorded later. */
export async function voidAttempt(queries: Queries, jobId: string, number: number, line: EvidenceLine): Promise<void> {
  const identifier: FailureIdentifier = "infra/surroundings-unhealthy";
  const change = toJson({ outcome: "dirty", failureIdentifier: identifier, explained: true });
  await sql`
    update attempts set outcome = 'dirty', failure_identifier = ${identifier},
      report = report || ${change} || jsonb_build_object('evidence', coalesce(report->'evidence', '[]') || ${toJson([line])}::jsonb)
    where job_id = ${jobId} and number = ${number}`.execute(queries);
}

/** The secret of an attempt; undefined if no agent has begun it under this lease. */
export async function readAttemptSecret(
  queries: Queries,
  jobId: string,
  number: number,
  leaseId: string,
): Promise<{ secret: string | null } | undefined> {
  const result = await sql<{ secret: string | null }>`
    select secret from attempts where job_id = ${jobId} and number = ${number} and lease_id = ${leaseId}`.execute(
    queries,
  );
  return result.rows[0];
}

/** The highest attempt number that was ever given out for a job, 0 for none. */
export async function lastAttemptNumber(queries: Queries, jobId: string): Promise<number> {
  const result = await sql<{ number: number | null }>`
    select max(number) as number from attempts where job_id = ${jobId}`.execute(queries);
  return result.rows[0]?.number ?? 0;
}

/** Failures that a test causes itself, whatever its environment is. */
const selfCausedFailures = ["code/memory-limit", "code/disk-limit", "code/process-limit", "code/no-result"];

/**
 * Counts the projects that have a candidate from the last `withinMs`, and their failing tests that have passed before. This job
 * counts too. Projects with the same failing tests count as one, such as a repository and a folder that is a checkout of it.
 * Suites without a baseline do not count, and do not wait. A candidate counts as soon as its attempt is written.
 */
export async function candidatesWithin(
  queries: Queries,
  withinMs: number,
  jobId: string,
): Promise<{ sources: number; tests: number }> {
  const result = await sql<{ sources: number; tests: number }>`
    with failing as (
      select project, test, definition->>'command' as command, exists (
        select 1 from jobs earlier where earlier.history_key = jobs.history_key and earlier.verdict = 'pass') as has_passed
      from jobs join submissions using (submission_id)
      where job_id = ${jobId} or definition->'proof'->>'baseline' is distinct from 'false' and job_id in (
        select job_id from attempts
        where outcome = 'candidate' and purpose in ('test', 'confirmation', 'recheck', 'isolation')
          and failure_identifier <> all(${selfCausedFailures}) and ended_at > now() - make_interval(secs => ${withinMs / 1000}))),
    contents as (
      select md5(string_agg(distinct test || ' ' || command, chr(10) order by test || ' ' || command)) as content from failing group by project)
    select (select count(distinct content) from contents) as sources,
      (select count(distinct (project, test)) from failing where has_passed) as tests`.execute(queries);
  return result.rows[0]!;
}

/** The other tests of a job's project that ran on the same host at the same time. Times are ISO. */
export async function siblingsOf(
  queries: Queries,
  job: { jobId: string; project: string },
  { host, startedAt, endedAt }: { host: string; startedAt: string; endedAt: string },
): Promise<string[]> {
  const result = await sql<{ test: string }>`
    select distinct j.test from attempts a join jobs j using (job_id) join submissions s using (submission_id)
    where a.host = ${host} and a.job_id <> ${job.jobId}
      and coalesce(j.companion_of, j.job_id) <> (select coalesce(companion_of, job_id) from jobs where job_id = ${job.jobId})
      and s.project = ${job.project}
      and a.started_at < ${endedAt} and a.started_at > ${startedAt}::timestamptz - interval '7 days' and coalesce(a.ended_at, now()) > ${startedAt}
    order by j.test limit 20`.execute(queries);
  return result.rows.map(({ test }) => test);
}
