import { createHash } from "node:crypto";
import { type RawBuilder, sql } from "kysely";
import { priorities } from "../../domain/matching/fair-share.js";
import type { HoldReason } from "../../domain/matching/machine-availability.js";
import type { JobClass } from "../../domain/matching/eligibility.js";
import { patienceMs } from "../../domain/matching/placement.js";
import type { Purpose } from "../../domain/verdict/attempt.js";
import { channels, type Queries, toJson } from "../connect.js";

export interface Waiter {
  jobId: string;
  parking: string;
  jobClass: JobClass;
  purpose: Purpose;
  submitter: string;
  priority: number;
  delayMs: number;
  avoid: string[];
  prefer: string[];
  /** What no other job may use while it runs. */
  exclusive: string[];
  disturbances: number;
  /** The state in which the job waits. */
  state: "waiting" | "held";
}

/** Whether a waiter still waits for its preferred machine: either any machine but the failing one, or exactly that one. */
export const waitsForPreferredMachine = sql<boolean>`priority >= ${priorities.proof}
  and (purpose = 'confirmation' or (purpose = 'recheck' and cardinality(prefer) > 0))
  and greatest(since, not_before) > now() - make_interval(secs => ${patienceMs / 1000})`;

/** Whether a waiter has a placement preference, so that it may wait longer than others of its class. */
export const hasPlacementPreference = sql<boolean>`(priority >= ${priorities.proof} and (purpose = 'confirmation' or cardinality(prefer) > 0))`;

export interface WaitingClass {
  class: string;
  definition: JobClass;
  reasons: HoldReason[];
  isPropagated: boolean;
}

/** How many waiters of a class get its reasons in one transaction. The others can start in the meantime. */
const propagatedAtOnce = 2_000;

/**
 * Puts a job into the queue, in place of its earlier entry, and wakes the dispatch loop. `reasons` are those that the caller
 * found for its class. The class is locked until the transaction ends.
 * @returns whether the stored reasons of the class differ: then the caller must call `markReasonsStale` after the transaction
 */
export async function upsertWaiter(
  queries: Queries,
  waiter: Waiter,
  reasons: readonly HoldReason[],
): Promise<{ differs: boolean }> {
  const name = className(waiter.jobClass, waiter.submitter);
  const result = await sql<{ same: boolean | null }>`
    with own_class as (
      insert into classes (class, definition, reasons) values (${name}, ${toJson(waiter.jobClass)}, ${toJson(reasons)})
      on conflict (class) do nothing),
    seen as (select reasons from classes where class = ${name} for share),
    own_state as (update jobs set state = ${waiter.state}, parking = ${waiter.parking}, changed_at = now() where job_id = ${waiter.jobId}),
    own_place as (
      insert into waiters (job_id, parking, class, purpose, submitter, priority, not_before, avoid, prefer, exclusive, disturbances)
      values (${waiter.jobId}, ${waiter.parking}, ${name}, ${waiter.purpose}, ${waiter.submitter}, ${waiter.priority},
        now() + make_interval(secs => ${waiter.delayMs / 1000}), ${waiter.avoid}, ${waiter.prefer}, ${waiter.exclusive}, ${waiter.disturbances})
      on conflict (job_id) do update set parking = excluded.parking, class = excluded.class, purpose = excluded.purpose,
        priority = excluded.priority, not_before = excluded.not_before, avoid = excluded.avoid,
        prefer = excluded.prefer, exclusive = excluded.exclusive, disturbances = excluded.disturbances, since = now(), offered = false),
    told as (select pg_notify(${channels.dispatch}, ''))
    select (select ${keysOf(sql`reasons`)} is not distinct from ${keysOf(sql`${toJson(reasons)}::jsonb`)} from seen) as same from told`.execute(
    queries,
  );
  return { differs: result.rows[0]?.same === false };
}

/** Removes a job from the queue, to wait for its comparison run. */
export async function dequeue(queries: Queries, jobId: string, parking: string): Promise<void> {
  await sql`
    with left_line as (delete from waiters where job_id = ${jobId})
    update jobs set state = 'verifying', parking = ${parking}, changed_at = now() where job_id = ${jobId}`.execute(
    queries,
  );
}

/** Marks the reasons of a class as stale: they must be propagated to its waiters again. */
export async function markReasonsStale(queries: Queries, name: string): Promise<void> {
  await sql`
    with unsettled as (update classes set settled = false, version = version + 1 where class = ${name})
    select pg_notify(${channels.dispatch}, '')`.execute(queries);
}

/** Reasons without their texts, which change all the time. */
function keysOf(reasons: RawBuilder<unknown>): RawBuilder<unknown> {
  return sql`(select jsonb_agg(jsonb_build_array(r->'reason', r->'service') order by r->>'reason', r->>'service') from jsonb_array_elements(${reasons}) as r)`;
}

export function className(jobClass: JobClass, submitter: string): string {
  const { requirements, rules, jobId, codeGap } = jobClass;
  const own = [jobId, codeGap && `code ${codeGap}`].filter((part) => part !== undefined);
  const key = [[...requirements].sort(), rules, submitter, ...own];
  return createHash("sha256").update(JSON.stringify(key)).digest("hex").slice(0, 32);
}

/** Sets the reasons of a class. Returns the version for `propagateSome`. */
export async function beginPropagation(
  queries: Queries,
  name: string,
  reasons: readonly HoldReason[],
): Promise<number> {
  const result = await sql<{ version: number }>`
    update classes set reasons = ${toJson(reasons)}, settled = false, version = version + 1 where class = ${name} returning version`.execute(
    queries,
  );
  return result.rows[0]?.version ?? -1;
}

/**
 * Copies the reasons of a class to the holds and states of some of its waiters, in set-based statements. Does nothing if a
 * newer propagation has started, so that a process that was paused cannot write stale state.
 * @param after the position in the queue up to which it has been done
 * @returns the position up to which it is done now; undefined if it is complete, or a newer one has started
 */
export async function propagateSome(
  queries: Queries,
  { name, version }: { name: string; version: number },
  reasons: readonly HoldReason[],
  after: number,
): Promise<number | undefined> {
  const mine = await sql`select 1 from classes where class = ${name} and version = ${version} for share`.execute(
    queries,
  );
  if (mine.rows.length === 0) return undefined;
  const slice = await sql<{ jobId: string; sequence: number }>`
    select job_id, sequence from waiters where class = ${name} and sequence > ${after} order by sequence limit ${propagatedAtOnce}`.execute(
    queries,
  );
  const wanted = toJson(reasons);
  const ids = slice.rows.map(({ jobId }) => jobId);
  // Jobs are locked first, as everywhere: transactions that lock in the same order never wait for each other.
  await sql`
    update jobs set state = case when ${reasons.length} > 0 or w.not_before > now() then 'held' else 'waiting' end, changed_at = now()
    from waiters w where w.job_id = any(${ids}) and w.class = ${name} and jobs.job_id = w.job_id
      -- The holds of an offered job end with their reasons, so its state must not stay "held".
      and (not w.offered or ${reasons.length} = 0) and jobs.state in ('waiting', 'held')`.execute(queries);
  await sql`
    update holds set until = now() from waiters w
    where w.job_id = any(${ids}) and w.class = ${name} and holds.job_id = w.job_id and holds.until is null and not exists (
      select 1 from jsonb_to_recordset(${wanted}) as r (reason text, service text)
      where r.reason = holds.reason and r.service is not distinct from holds.service)`.execute(queries);
  await sql`
    insert into holds (job_id, reason, service, detail, since)
    select w.job_id, r.reason, r.service, r.text, now()
    from waiters w cross join jsonb_to_recordset(${wanted}) as r (reason text, service text, text text)
    where w.job_id = any(${ids}) and w.class = ${name} and not w.offered on conflict do nothing`.execute(queries);
  return slice.rows.at(-1)?.sequence;
}

/** Marks the reasons of a class as propagated, unless they have changed in the meantime. */
export async function endPropagation(queries: Queries, name: string, version: number): Promise<void> {
  await sql`update classes set settled = true where class = ${name} and version = ${version}`.execute(queries);
}

/** Adds a class, or marks its reasons as stale, because a new waiter may not have them. */
export async function joinWithStaleReasons(queries: Queries, name: string, jobClass: JobClass): Promise<void> {
  await sql`
    insert into classes (class, definition, settled) values (${name}, ${toJson(jobClass)}, false)
    on conflict (class) do update set settled = false, version = classes.version + 1`.execute(queries);
}

/** Moves a waiting job with its own pause to a separate class, which the pause holds. */
export async function isolatePausedJob(queries: Queries, jobId: string): Promise<void> {
  const result = await sql<{ definition: JobClass; submitter: string }>`
    select definition, submitter from waiters join classes using (class) where job_id = ${jobId} for update of waiters`.execute(
    queries,
  );
  const row = result.rows[0];
  if (row === undefined) return;
  const own: JobClass = { ...row.definition, jobId };
  const name = className(own, row.submitter);
  await joinWithStaleReasons(queries, name, own);
  await sql`update waiters set class = ${name} where job_id = ${jobId}`.execute(queries);
}

/** Puts waiters whose offer is gone into the queue again. */
export async function restoreOffered(queries: Queries): Promise<void> {
  await sql`
    update waiters set offered = false where offered and not exists (
      select 1 from leases where leases.job_id = waiters.job_id and leases.parking = waiters.parking and released_at is null)`.execute(
    queries,
  );
}

/** Sets jobs whose back-off has just ended to waiting. */
export async function endBackOff(queries: Queries): Promise<void> {
  await sql`
    update jobs set state = 'waiting', changed_at = now() from waiters w
    where w.job_id = jobs.job_id and jobs.state = 'held' and not w.offered
      and w.not_before > w.since and w.not_before <= now() and w.not_before > now() - interval '1 minute'
      and not exists (select 1 from holds where holds.job_id = jobs.job_id and (holds.until is null or holds.until > now()))`.execute(
    queries,
  );
}
