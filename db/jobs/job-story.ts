import { sql } from "kysely";
import type { FailureIdentifier } from "../../domain/failures/failures.js";
import type { SourcePlace } from "../../domain/mail/details/reproduction.js";
import type { Run } from "../../domain/mail/details/runs.js";
import type { SignatureFound } from "../../domain/failures/signature.js";
import type { ObservedUse } from "../../domain/requirements/service-use.js";
import type { EvidenceLine, Purpose, Watched } from "../../domain/verdict/attempt.js";
import type { Outcome } from "../../domain/states.js";
import { iso, type Queries } from "../connect.js";

/** The key that all jobs of one project, branch, test and variant share, for a submission `s` and a job `j`. */
export const historyKey = sql`md5(jsonb_build_array(s.project, s.branch, j.test, j.variant)::text)`;

/** Restricts submissions `s` to those of people: monitors and comparison runs belong to no history. */
const ofPeople = sql`s.origin = 'user'`;

/** The data of the mail about a job that has just ended. Times are ISO. */
export interface JobStory {
  historyKey: string;
  submissionId: string;
  project: string;
  branch: string;
  revision: string;
  owner: string;
  tell: string[];
  sourceKind: SourcePlace["kind"];
  sourceUrl: string | null;
  submittedAt: string;
  finishedAt: string;
  attempts: StoryAttempt[];
  holds: { reason: string; since: string; until: string }[];
  /** Requirements in the code that the author says do not hold. */
  waived: { requirement: string; reason: string }[];
  /** The sender of mails from grid.yaml. */
  from: string;
}

export interface StoryAttempt {
  number: number;
  purpose: Purpose;
  machine: string;
  outcome: Outcome | null;
  failureIdentifier: FailureIdentifier | null;
  explained: boolean;
  claimBacked: boolean;
  startedAt: string;
  endedAt: string;
  failing: string[];
  /** The subtests that failed. */
  subtests: { name: string; message: string }[];
  components: Record<string, string>;
  evidence: EvidenceLine[];
  watch: Watched[] | null;
  use: ObservedUse | null;
  signatures: SignatureFound[];
}

/** The JSON path of the failed subtests in a report. */
export const failedSubtests = sql.lit('$.subtests[*] ? (@.result == "failed" || @.result == "error")');

/** What held a job, as text for people: a service, or the reason if there is no service. */
export const holdReason = sql`case when reason like 'admin/%' then concat_ws(' ', reason, service) else coalesce(service, reason) end`;

/** How many subtests a mail shows at most. */
const subtestsRead = 50;

export async function readStory(queries: Queries, jobId: string): Promise<JobStory> {
  const result = await sql<JobStory>`
    select coalesce(j.history_key, ${historyKey}) as "historyKey", s.submission_id, s.project, s.branch, s.revision, s.owner, s.tell,
      s.source_kind, s.source_url, ${iso("j.submitted_at")} as "submittedAt", ${iso("j.finished_at")} as "finishedAt",
      (select coalesce(jsonb_agg(jsonb_build_object('number', number, 'purpose', purpose, 'machine', machine, 'outcome', outcome, 'failureIdentifier', failure_identifier,
          'explained', coalesce((report->>'explained')::boolean, false), 'claimBacked', coalesce((report->>'claimBacked')::boolean, false), 'startedAt', ${iso("a.started_at")}, 'endedAt', ${iso("a.ended_at")},
          'failing', jsonb_path_query_array(report, '$.failing[0 to ${sql.raw(String(subtestsRead))}]'),
          'subtests', jsonb_path_query_array(jsonb_path_query_array(report, ${failedSubtests}), '$[0 to ${sql.raw(String(subtestsRead))}]'),
          'components', coalesce(report->'components', '{}'), 'evidence', coalesce(report->'evidence', '[]'), 'watch', report->'watch', 'use', a.use,
          'signatures', coalesce(signatures, '[]')) order by number), '[]') from attempts a where job_id = ${jobId}) as attempts,
      (select coalesce(jsonb_agg(jsonb_build_object('reason', ${holdReason}, 'since', ${iso("since")}, 'until', ${iso("until")}) order by since), '[]') from holds where job_id = ${jobId}) as holds,
      coalesce(j.analysis->'waived', '[]') as waived,
      (select config->'mail'->>'from' from grid) as "from"
    from jobs j join submissions s using (submission_id) where j.job_id = ${jobId}`.execute(queries);
  return result.rows[0]!;
}

/** The key of the history of a job's test. */
export async function readHistoryKey(queries: Queries, jobId: string): Promise<string> {
  const result = await sql<{ key: string }>`
    select coalesce(j.history_key, ${historyKey}) as key from jobs j join submissions s using (submission_id) where j.job_id = ${jobId}`.execute(
    queries,
  );
  return result.rows[0]?.key ?? "";
}

/** The runs of the same test up to a job, newest first; the job itself is the first of them if it passed or failed. */
export async function readRuns(queries: Queries, key: string, upTo: string, limit: number): Promise<Run[]> {
  const result = await sql<Run>`
    select j.job_id, case when j.overturned then 'pass' else j.verdict end as verdict, j.flaky, s.revision, ${iso("j.submitted_at")} as "submittedAt"
    from jobs j join submissions s using (submission_id)
    where j.history_key = ${key} and j.verdict in ('pass', 'fail') and j.job_id <= ${upTo} and ${ofPeople}
    order by j.job_id desc limit ${limit}`.execute(queries);
  return result.rows;
}

/** One end of the time in which a test began to fail. */
export interface RunMoment {
  jobId: string;
  submissionId: string;
  revision: string;
  submittedAt: string;
}

const moment = sql`j.job_id, s.submission_id, s.revision, ${iso("j.submitted_at")} as "submittedAt"`;

/** The last passed run of the same test before a job, with the versions of its components. */
export async function readLastPass(
  queries: Queries,
  key: string,
  before: string,
): Promise<(RunMoment & { components: Record<string, string> | null }) | undefined> {
  const result = await sql<RunMoment & { components: Record<string, string> | null }>`
    select ${moment}, (select report->'components' from attempts a where a.job_id = j.job_id and outcome = 'passed' and companion is null order by number desc limit 1) as components
    from jobs j join submissions s using (submission_id)
    where j.history_key = ${key} and j.verdict = 'pass' and j.job_id < ${before} and s.origin in ('user', 'reopen')
    order by j.job_id desc limit 1`.execute(queries);
  return result.rows[0];
}

/** The runs of the same test that failed after a job and up to another: the first of them, and how many there are. */
export async function readFails(
  queries: Queries,
  key: string,
  after: string,
  upTo: string,
): Promise<{ first: RunMoment | undefined; count: number }> {
  const failed = sql`from jobs j join submissions s using (submission_id)
    where j.history_key = ${key} and j.verdict = 'fail' and not j.overturned and j.job_id > ${after} and j.job_id <= ${upTo} and ${ofPeople}`;
  const first = await sql<RunMoment>`select ${moment} ${failed} order by j.job_id limit 1`.execute(queries);
  const count = await sql<{ count: number }>`
    select count(*) as count from (select 1 ${failed} limit ${failsCounted}) as failing`.execute(queries);
  return { first: first.rows[0], count: count.rows[0]?.count ?? 0 };
}

/** The limit of the counts. Nobody needs a more exact number. */
export const failsCounted = 1_000;

/** The revisions that were submitted to a branch between two submissions, oldest first, and how many there are. */
export async function readRevisionsBetween(
  queries: Queries,
  { project, branch }: Pick<JobStory, "project" | "branch">,
  after: string,
  before: string,
  limit: number,
): Promise<{ revisions: string[]; count: number }> {
  const result = await sql<{ revision: string }>`
    select revision, min(submission_id) as first from (
      select s.revision, s.submission_id from submissions s
      where s.project = ${project} and s.branch = ${branch} and s.submission_id > ${after} and s.submission_id < ${before} and ${ofPeople}
      order by s.submission_id limit ${failsCounted}) as recent
    group by revision order by first`.execute(queries);
  return { revisions: result.rows.slice(0, limit).map(({ revision }) => revision), count: result.rows.length };
}
