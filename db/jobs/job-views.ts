import { sql } from "kysely";
import type { FailureIdentifier } from "../../domain/failures/failures.js";
import type { NotifiedBy } from "../../domain/mail/mail-policy.js";
import { priorities, type ResourcesInUse } from "../../domain/matching/fair-share.js";
import type { PlacementPreference } from "../../domain/matching/placement.js";
import { compareUse, type ObservedUse, type UseComparison } from "../../domain/requirements/service-use.js";
import type { CodeAnalysis, CodeGap, JobRequirement } from "../../domain/requirements/requirement.js";
import type { SignatureFound } from "../../domain/failures/signature.js";
import type { Variant } from "../../domain/jobs/variant.js";
import type { EvidenceLine, Purpose, SubtestCounts } from "../../domain/verdict/attempt.js";
import type { AbortReason, Blame, JobState, Outcome, Verdict } from "../../domain/states.js";
import { iso, type Queries } from "../connect.js";
import { conditionOf, type JobFilter } from "./job-filter.js";
import { codeGap, UnknownJobError } from "./jobs.js";
import { doubtColumns, type Doubts } from "./doubts.js";
import { waitsForPreferredMachine } from "../queue/waiters.js";

/** A job as the API shows it, without links. Times are ISO. */
export interface JobView extends Doubts {
  jobId: string;
  submissionId: string;
  test: string;
  variant: Variant;
  owner: string;
  project: string;
  branch: string;
  revision: string;
  state: JobState;
  verdict: Verdict | null;
  abortReason: AbortReason | null;
  blame: Blame | null;
  failureIdentifier: FailureIdentifier | null;
  flaky: boolean;
  holds: { reason: FailureIdentifier; service: string | null; detail: string; since: string; until: string | null }[];
  attempts: {
    number: number;
    purpose: Purpose;
    machine: string;
    /** The comparison run in which the attempt was made. */
    companion: string | null;
    startedAt: string;
    endedAt: string | null;
    outcome: Outcome | null;
    failureIdentifier: FailureIdentifier | null;
    /** The first failing subtests. */
    failing: string[];
    counts: SubtestCounts | null;
  }[];
  /** How its end was reported. The message id is null until its digest is sent, or if no mail was sent. */
  told: { how: NotifiedBy; messageId: string | null } | null;
  /** No mail about it is sent before this time; null if its owner did not ask for that. */
  mailNotBefore: string | null;
  evidence: EvidenceLine[];
  signatures: SignatureFound[];
  requirements: JobRequirement[];
  /** What else the analysis of its code found; null before the analysis. */
  analysis: CodeAnalysis | null;
  /** Its services compared with those that its runs used; null if no run was observed. */
  use: UseComparison | null;
  /** What the analysis of its code left open, if the grid may hold the job for that. */
  codeGap: CodeGap | null;
  /** What the test can use but does not need. */
  recommend: string[];
  submittedAt: string;
  /** When its analysis began; null while the job waits for its turn. */
  begunAt: string | null;
  startedAt: string | null;
  finishedAt: string | null;
}

/** Jobs, newest first. */
export async function readJobViews(queries: Queries, filter: JobFilter): Promise<JobView[]> {
  const result = await sql<
    Omit<JobView, "use" | "signatures" | "attempts"> & { attempts: ListedAttempt[]; watched: string | null }
  >`
    select j.job_id, j.submission_id, j.test, j.variant, s.owner, s.project, s.branch, s.revision,
      j.state, j.verdict, j.abort_reason, j.blame, j.failure_identifier, j.flaky,
      (select coalesce(jsonb_agg(jsonb_build_object('reason', reason, 'service', service, 'detail', detail, 'since', ${iso("since")}, 'until', ${iso("until")}) order by since), '[]')
        from holds where job_id = j.job_id) as holds,
      (select coalesce(jsonb_agg(jsonb_build_object('number', number, 'purpose', purpose, 'machine', machine, 'companion', companion, 'startedAt', ${iso("a.started_at")}, 'endedAt', ${iso("a.ended_at")},
          'outcome', outcome, 'failureIdentifier', a.failure_identifier, 'failing', a.failing, 'counts', a.counts, 'found', a.signatures, 'used', a.use) order by number), '[]')
        from attempts a where job_id = j.job_id) as attempts,
      case when j.told_how is not null then jsonb_build_object('how', j.told_how, 'messageId', j.told_by) end as told,
      ${iso("j.mail_not_before")} as "mailNotBefore",
      ${doubtColumns},
      s.monitors as watched, ${codeGap} as "codeGap",
      j.evidence, coalesce(j.requirements, '[]') as requirements, j.analysis,
      coalesce(j.definition->'recommend', '[]') as recommend,
      ${iso("j.submitted_at")} as "submittedAt", ${iso("j.begun_at")} as "begunAt", ${iso("j.started_at")} as "startedAt", ${iso("j.finished_at")} as "finishedAt"
    from jobs j join submissions s using (submission_id) where ${conditionOf(filter)}
    order by j.job_id desc limit ${filter.limit}`.execute(queries);
  // The rows are changed in place: copying objects of forty fields would take longer than reading them.
  return result.rows.map((row) => {
    const { watched, attempts } = row;
    const uses = attempts.flatMap(({ companion, used }) => (companion === null && used !== null ? [used] : []));
    return Object.assign(row, {
      attempts: attempts.map(({ found: _found, used: _used, ...attempt }) => attempt),
      signatures: attempts.flatMap(({ found }) => found ?? []),
      use: compareUse(uses, row.requirements, watched ?? undefined),
      watched: undefined,
    });
  });
}

/** One job. @throws UnknownJobError */
export async function readJobView(queries: Queries, jobId: string): Promise<JobView> {
  const [job] = await readJobViews(queries, { jobId, limit: 1 });
  if (job === undefined) throw new UnknownJobError(`there is no job ${jobId}`);
  return job;
}

/** An attempt with the data that is shown for the whole job. */
type ListedAttempt = JobView["attempts"][number] & { found: SignatureFound[] | null; used: ObservedUse | null };

/** The number of the attempt whose log is shown by default: the last of the job's own. */
export function shownAttempt({ attempts }: Pick<JobView, "attempts">): number {
  return attempts.findLast(({ companion }) => companion === null)?.number ?? 1;
}

/** The position of a job in the queue. */
export interface Position extends PlacementPreference {
  purpose: Purpose;
  notBefore: string;
  /** What no other job may use while it runs. */
  exclusive: string[];
  offered: boolean;
  /** Where its last attempt may still run, and until when at the latest; null if nowhere. */
  endingOn: string | null;
  endingUntil: string | null;
  /** The number of jobs before it in the queue that are not held. */
  ahead: number;
}

/** A job's position in the queue; undefined if it does not wait. */
export async function readPosition(queries: Queries, jobId: string): Promise<Position | undefined> {
  const result = await sql<Position>`
    select purpose, ${iso("not_before")} as "notBefore", avoid, prefer, ${waitsForPreferredMachine} as waits, exclusive, offered,
      (select machine from leases l where l.job_id = w.job_id and released_at is null and ending_since is not null limit 1) as "endingOn",
      (select ${iso("max(expires_at)")} from leases l where l.job_id = w.job_id and released_at is null and ending_since is not null) as "endingUntil",
      (select count(*) from waiters o where not o.offered and o.not_before <= now()
        and ((o.priority > w.priority and (o.submitter = w.submitter or o.priority > ${priorities.proof})) or (o.priority = w.priority and o.sequence < w.sequence))
        and not exists (select 1 from holds h where h.job_id = o.job_id and h.until is null)) as ahead
    from waiters w where job_id = ${jobId}`.execute(queries);
  return result.rows[0];
}

/** The jobs that have a machine now. */
export async function readRunning(queries: Queries): Promise<RunningJob[]> {
  const result = await sql<RunningJob>`
    select machine, job_id, test, in_project as project, ${iso("offered_at")} as since, uses, exclusive
    from leases join jobs using (job_id) where released_at is null order by machine, offered_at`.execute(queries);
  return result.rows;
}

/** A job on its machine, with what it uses and what it uses exclusively. */
export interface RunningJob extends ResourcesInUse {
  machine: string;
  jobId: string;
  test: string;
  project: string;
  since: string;
}

/** The number of jobs in each state, and the number of jobs that finished in the last day, by verdict. */
export async function countJobs(
  queries: Queries,
): Promise<{ states: Record<string, number>; lastDay: Record<string, number> }> {
  const states = await sql<{ state: string; count: number }>`
    select state, sum(change)::bigint as count from job_tallies where origin = 'user' group by state having sum(change) > 0`.execute(
    queries,
  );
  const verdicts = await sql<{ verdict: string; count: number }>`
    select verdict, count(*) as count from jobs join submissions using (submission_id)
    where origin = 'user' and verdict is not null and finished_at > now() - interval '1 day' group by verdict`.execute(
    queries,
  );
  return {
    states: Object.fromEntries(states.rows.map(({ state, count }) => [state, count])),
    lastDay: Object.fromEntries(verdicts.rows.map(({ verdict, count }) => [verdict, count])),
  };
}

export interface QueueClass {
  test: string;
  requirements: string[];
  waiting: number;
  reasons: { reason: FailureIdentifier; service: string | null; text: string }[];
}

/** The jobs in the queue, grouped by test and class, the largest group first. */
export async function readQueue(queries: Queries, limit: number): Promise<QueueClass[]> {
  const result = await sql<QueueClass>`
    with line as (select class, test, sum(change)::bigint as waiting from queue_tallies group by class, test having sum(change) > 0),
    -- Of the jobs that back off, one gives the reasons for all.
    late as (
      select class, test, count(*) as waiting, min(job_id) as one from waiters join jobs using (job_id)
      where not offered and not_before > now() group by class, test)
    select test, definition->'requirements' as requirements, waiting,
      reasons || coalesce((
        select jsonb_agg(jsonb_build_object('reason', reason, 'service', service, 'text', detail)) from holds
        where holds.job_id = each.one and until > now()), '[]') as reasons
    from (
      select class, test, line.waiting - coalesce(late.waiting, 0) as waiting, null as one from line left join late using (class, test)
      union all select class, test, waiting, one from late) as each
    join classes using (class)
    where waiting > 0 order by waiting desc, test limit ${limit}`.execute(queries);
  return result.rows;
}
