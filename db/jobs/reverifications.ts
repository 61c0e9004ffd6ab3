import { sql } from "kysely";
import type { KnownOutage } from "../../domain/verdict/reverification/late-outage.js";
import type { Interval } from "../../domain/time/interval.js";
import { iso, type Queries, toJson } from "../connect.js";

/** The largest assumed error of a machine's clock. */
const clocksApart = sql.raw("interval '1 hour'");

/** An outage that may make verdicts doubtful. */
export interface DoubtingOutage extends KnownOutage {
  outageId: string;
}

const outageColumns = sql`outage_id, service, machine, ${iso("coalesce(last_good_at, started_at)")} as "from", ${iso("started_at")} as since, ${iso("ended_at")} as "to", detail`;

/**
 * Takes an outage that has not been compared with failures since it was recorded or extended. It is locked until the
 * transaction ends.
 */
export async function takeOutageToLookBack(queries: Queries): Promise<DoubtingOutage | undefined> {
  const result = await sql<DoubtingOutage>`
    select ${outageColumns} from outages where looked_back_at is null and severity = 'down'
    order by recorded_at limit 1 for no key update skip locked`.execute(queries);
  return result.rows[0];
}

export async function markOutageLookedBack(queries: Queries, outageId: string): Promise<void> {
  await sql`update outages set looked_back_at = now() where outage_id = ${outageId}`.execute(queries);
}

/** Takes a failure that has not been compared with outages. It is locked until the transaction ends. */
export async function takeFailureToLookBack(queries: Queries): Promise<string | undefined> {
  const result = await sql<{ jobId: string }>`
    select job_id from jobs where verdict = 'fail' and looked_back_at is null
    order by finished_at limit 1 for no key update skip locked`.execute(queries);
  return result.rows[0]?.jobId;
}

export async function markFailureLookedBack(queries: Queries, jobId: string): Promise<void> {
  await sql`update jobs set looked_back_at = now() where job_id = ${jobId}`.execute(queries);
}

/**
 * Failures of the last `withinMs` that an outage may put in doubt, because one of their failed runs overlaps it. Failures that it
 * was compared with before are left out. They are in the order in which locks may be taken.
 */
export async function failuresNear(
  queries: Queries,
  { outageId, service, machine, from, to }: DoubtingOutage,
  withinMs: number,
): Promise<string[]> {
  const result = await sql<{ jobId: string }>`
    select job_id from jobs j join submissions s using (submission_id)
    where j.verdict = 'fail' and j.finished_at > now() - make_interval(secs => ${withinMs / 1000}) and s.origin in ('user', 'reopen')
      and j.requirements @> ${toJson([{ requirement: `service:${service}` }])}
      and j.job_id in (
        select a.job_id from attempts a where a.outcome <> 'passed' and a.ended_at >= ${from}::timestamptz - ${clocksApart} and (${to}::timestamptz is null or a.started_at <= ${to}::timestamptz + ${clocksApart})
          and (${machine}::text is null or a.machine = ${machine}))
      and not exists (select 1 from reopenings r where r.doubted = j.job_id and r.outage_id = ${outageId})
    order by job_id`.execute(queries);
  return result.rows.map(({ jobId }) => jobId);
}

/** Outages of some services that overlap an interval, without those that a failure was compared with before. */
export async function outagesNear(
  queries: Queries,
  jobId: string,
  services: readonly string[],
  { start, end }: Interval,
): Promise<DoubtingOutage[]> {
  const result = await sql<DoubtingOutage>`
    select ${outageColumns} from outages
    where service = any(${services}) and severity = 'down' and coalesce(last_good_at, started_at) <= ${new Date(end)}
      and (ended_at is null or ended_at >= ${new Date(start)})
      and not exists (select 1 from reopenings r where r.doubted = ${jobId} and r.outage_id = outages.outage_id)
    order by started_at`.execute(queries);
  return result.rows;
}

/** The job that runs a doubtful failure again; undefined if there is none. */
export async function reopenedAs(queries: Queries, doubted: string): Promise<string | undefined> {
  const result = await sql<{ reopenedAs: string }>`
    select reopened_as from reopenings where doubted = ${doubted} limit 1`.execute(queries);
  return result.rows[0]?.reopenedAs;
}

/** Stores which outage puts which failure in doubt, and which job verifies it again. */
export async function insertReopening(
  queries: Queries,
  reopening: { doubted: string; outageId: string; reopenedAs: string },
): Promise<void> {
  await sql`
    insert into reopenings (doubted, outage_id, reopened_as) values (${reopening.doubted}, ${reopening.outageId}, ${reopening.reopenedAs})
    on conflict do nothing`.execute(queries);
}

/** The failure that a job runs again, and the outages that are the reason. */
export async function readReopening(
  queries: Queries,
  reopenedAs: string,
): Promise<{ doubted: string; outages: DoubtingOutage[] }> {
  const { rows: because } = await sql<{ doubted: string; outageId: string }>`
    select doubted, outage_id from reopenings where reopened_as = ${reopenedAs}`.execute(queries);
  const [first] = because;
  if (first === undefined) throw new Error(`${reopenedAs} runs no failure again`);
  const ids = because.map(({ outageId }) => outageId);
  const outages = await sql<DoubtingOutage>`
    select ${outageColumns} from outages where outage_id = any(${ids}) order by started_at`.execute(queries);
  return { doubted: first.doubted, outages: outages.rows };
}

/** Marks a failure that passed when it was run again. It counts as a pass in its test's history. */
export async function overturn(queries: Queries, jobId: string): Promise<void> {
  await sql`update jobs set overturned = true where job_id = ${jobId}`.execute(queries);
}
