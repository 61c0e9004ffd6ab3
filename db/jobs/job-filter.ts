import { type RawBuilder, sql } from "kysely";
import { encodeTime } from "ulid";
import type { JobState, Verdict } from "../../domain/states.js";

export interface JobFilter {
  jobId?: string | undefined;
  submission?: string | undefined;
  state?: JobState | undefined;
  verdict?: Verdict | undefined;
  test?: string | undefined;
  owner?: string | undefined;
  project?: string | undefined;
  branch?: string | undefined;
  /** A commit, or the revision as it was given. */
  revision?: string | undefined;
  /** The label of a signature that was found in its logs. */
  label?: string | undefined;
  /** A machine on which it ran. */
  machine?: string | undefined;
  /** A service for which it was held. */
  service?: string | undefined;
  /** Only jobs that this service holds now. */
  heldBy?: string | undefined;
  /** When it was submitted. ISO times; the interval includes `from` but not `to`. */
  from?: string | undefined;
  to?: string | undefined;
  /** Whether to include jobs that no person submitted. Otherwise only a filter by the id of a job or submission finds them. */
  monitors?: boolean | undefined;
  /** Only jobs with a verdict. */
  isFinished?: boolean | undefined;
  /** Only jobs older than this id: the key of the next page. */
  before?: string | undefined;
  limit: number;
}

/** The condition for jobs `j` of submissions `s`. */
export function conditionOf(filter: JobFilter): RawBuilder<unknown> {
  const conditions = [
    filter.jobId === undefined ? undefined : sql`j.job_id = ${filter.jobId}`,
    filter.submission === undefined ? undefined : sql`j.submission_id = ${filter.submission}`,
    filter.state === undefined ? undefined : sql`j.state = ${filter.state}`,
    // This is redundant, but it makes the index of jobs that have ended usable.
    filter.isFinished === true || filter.state === "finished" ? sql`j.verdict is not null` : undefined,
    filter.verdict === undefined ? undefined : sql`j.verdict = ${filter.verdict}`,
    filter.test === undefined ? undefined : sql`j.test = ${filter.test}`,
    filter.owner === undefined ? undefined : sql`j.owned_by = ${filter.owner}`,
    filter.project === undefined ? undefined : sql`j.in_project = ${filter.project}`,
    filter.branch === undefined ? undefined : sql`j.on_branch = ${filter.branch}`,
    filter.revision === undefined
      ? undefined
      : sql`j.submission_id in (select submission_id from submissions where revision = ${filter.revision} or source_commit = ${filter.revision})`,
    hasFacet("label", filter.label),
    hasFacet("machine", filter.machine),
    hasFacet("service", filter.service),
    filter.heldBy === undefined
      ? undefined
      : sql`j.state = 'held' and exists (select 1 from holds h where h.job_id = j.job_id and h.service = ${filter.heldBy} and (h.until is null or h.until > now()))`,
    filter.from === undefined
      ? undefined
      : sql`j.job_id >= ${firstId(filter.from)} and j.submitted_at >= ${filter.from}`,
    filter.to === undefined ? undefined : sql`j.job_id < ${lastId(filter.to)} and j.submitted_at < ${filter.to}`,
    filter.before === undefined ? undefined : sql`j.job_id < ${filter.before}`,
    filter.monitors === true || filter.jobId !== undefined || filter.submission !== undefined
      ? undefined
      : sql`s.origin = 'user'`,
  ].filter((condition) => condition !== undefined);
  return conditions.length === 0 ? sql`true` : sql.join(conditions, sql` and `);
}

/** The condition for jobs with a value in the table `job_facets`, for properties of which a job can have several. */
function hasFacet(kind: "label" | "machine" | "service", value: string | undefined): RawBuilder<unknown> | undefined {
  if (value === undefined) return undefined;
  const isIt = sql`j.job_id in (select job_id from job_facets where kind = ${kind} and value = ${value})`;
  // Only a job that has started has a machine or a label. The index of these jobs skips the many that wait.
  return kind === "service" ? isIt : sql`j.started_at is not null and ${isIt}`;
}

/** Ids begin with the time when they were made, which is just before the job is stored. */
const idSlackMs = 3_600_000;
export const firstId = (time: string) => timeOfId(Date.parse(time) - idSlackMs);
const lastId = (time: string) => timeOfId(Date.parse(time) + idSlackMs);
const timeOfId = (ms: number) => encodeTime(Math.max(0, ms)).toLowerCase();
