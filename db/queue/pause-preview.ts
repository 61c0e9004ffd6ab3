import { sql } from "kysely";
import { assess, type JobClass } from "../../domain/matching/eligibility.js";
import { formatScope, type PauseView, type Scope } from "../../domain/holds/pause.js";
import type { Queries } from "../connect.js";
import { readGridView } from "../grid/grid-view.js";
import { leasesWithin } from "./pauses.js";
import { readWaitingClasses } from "./dispatch.js";

interface JobLine {
  jobId: string;
  test: string;
  owner: string;
}

export interface PausePreview {
  scope: string;
  jobs: number;
  owners: { owner: string; jobs: number }[];
  next: JobLine[];
  running: JobLine[];
}

const nextShown = 10;

/** Finds out what a pause would hold: it checks for each class whether the class could still run. */
export async function previewPause(queries: Queries, scope: Scope): Promise<PausePreview> {
  const grid = await readGridView(queries);
  const pause: PauseView = {
    ...scope,
    pauseId: "preview",
    kind: "pause",
    reason: "",
    author: "",
    since: grid.now,
    until: null,
  };
  const paused = { ...grid, pauses: [...grid.pauses, pause] };
  const own = scope.scope === "job" ? await classOfWaiting(queries, scope.name) : undefined;
  const held: string[] = [];
  for (const { class: name, definition } of await readWaitingClasses(queries)) {
    if (own !== undefined && own !== name) continue;
    const after: JobClass = own === undefined ? definition : { ...definition, jobId: scope.name };
    if (assess(definition, grid).reasons.length === 0 && assess(after, paused).reasons.length > 0) held.push(name);
  }
  const only = own === undefined ? sql`true` : sql`w.job_id = ${scope.name}`;
  const owners = await sql<{ owner: string; jobs: number }>`
    select submitter as owner, count(*) as jobs from waiters w where class = any(${held}) and not offered and ${only}
    group by submitter order by jobs desc, submitter`.execute(queries);
  const next = await sql<JobLine>`
    select job_id, test, submitter as owner from waiters w join jobs using (job_id)
    where class = any(${held}) and not offered and not_before <= now() and ${only} order by w.priority desc, sequence limit ${nextShown}`.execute(
    queries,
  );
  const leases = await leasesWithin(queries, scope);
  const running = await sql<JobLine>`
    select job_id, test, owner from jobs join submissions using (submission_id)
    where job_id = any(${leases.map(({ jobId }) => jobId)}) order by job_id`.execute(queries);
  return {
    scope: formatScope(scope),
    jobs: owners.rows.reduce((total, { jobs }) => total + jobs, 0),
    owners: owners.rows,
    next: next.rows,
    running: running.rows,
  };
}

async function classOfWaiting(queries: Queries, jobId: string): Promise<string> {
  const result = await sql<{ class: string }>`select class from waiters where job_id = ${jobId}`.execute(queries);
  return result.rows[0]?.class ?? "";
}
