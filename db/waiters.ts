import { createHash } from "node:crypto";
import { sql } from "kysely";
import type { Candidate } from "../domain/fair-share.js";
import type { Assessment, HoldReason, JobClass } from "../domain/matching.js";
import type { Purpose } from "../domain/verdict/attempt.js";
import { channels, type Queries } from "./connect.js";

export interface Waiter {
  jobId: string;
  parking: string;
  jobClass: JobClass;
  purpose: Purpose;
  submitter: string;
  priority: number;
  delayMs: number;
  avoid: string[];
  /** The state in which the job waits. */
  state: "waiting" | "held";
}

export interface WaitingClass {
  class: string;
  definition: JobClass;
  reasons: HoldReason[];
  settled: boolean;
}

/** Puts a job in line, in place of where it stood before, and wakes the dispatch loop. `reasons` are those that its class was found to have. */
export async function upsertWaiter(queries: Queries, waiter: Waiter, reasons: readonly HoldReason[]): Promise<void> {
  const name = className(waiter.jobClass, waiter.submitter);
  await sql`
    with own_class as (
      insert into classes (class, definition, reasons) values (${name}, ${JSON.stringify(waiter.jobClass)}, ${JSON.stringify(reasons)})
      on conflict (class) do update set settled = false where classes.reasons <> excluded.reasons),
    own_state as (update jobs set state = ${waiter.state}, changed_at = now() where job_id = ${waiter.jobId}),
    own_place as (
      insert into waiters (job_id, parking, class, purpose, submitter, priority, not_before, avoid)
      values (${waiter.jobId}, ${waiter.parking}, ${name}, ${waiter.purpose}, ${waiter.submitter}, ${waiter.priority},
        now() + make_interval(secs => ${waiter.delayMs / 1000}), ${waiter.avoid})
      on conflict (job_id) do update set parking = excluded.parking, class = excluded.class, purpose = excluded.purpose,
        priority = excluded.priority, not_before = excluded.not_before, avoid = excluded.avoid, offered = false)
    select pg_notify(${channels.dispatch}, '')`.execute(queries);
}

export function className(jobClass: JobClass, submitter: string): string {
  const key = [[...jobClass.requirements].sort(), jobClass.rules, submitter];
  return createHash("sha256").update(JSON.stringify(key)).digest("hex").slice(0, 32);
}

/** The classes in which somebody waits. */
export async function readWaitingClasses(queries: Queries): Promise<WaitingClass[]> {
  const result = await sql<WaitingClass>`
    select class, definition, reasons, settled from classes
    where exists (select 1 from waiters where waiters.class = classes.class and not offered)`.execute(queries);
  return result.rows;
}

/** Carries new reasons of a class to the holds and states of all its waiters, in set-based statements. */
export async function settleClass(queries: Queries, name: string, reasons: readonly HoldReason[]): Promise<void> {
  const wanted = JSON.stringify(reasons);
  await sql`
    update holds set until = now() from waiters w
    where w.class = ${name} and holds.job_id = w.job_id and holds.until is null and not exists (
      select 1 from jsonb_to_recordset(${wanted}) as r (reason text, service text)
      where r.reason = holds.reason and r.service is not distinct from holds.service)`.execute(queries);
  await sql`
    insert into holds (job_id, reason, service, detail, since)
    select w.job_id, r.reason, r.service, r.text, now()
    from waiters w cross join jsonb_to_recordset(${wanted}) as r (reason text, service text, text text)
    where w.class = ${name} and not w.offered on conflict do nothing`.execute(queries);
  await sql`
    update jobs set state = case when ${reasons.length} > 0 or w.not_before > now() then 'held' else 'waiting' end, changed_at = now()
    from waiters w where w.class = ${name} and jobs.job_id = w.job_id and not w.offered and jobs.state in ('waiting', 'held')`.execute(
    queries,
  );
  await sql`update classes set reasons = ${wanted}, settled = true where class = ${name}`.execute(queries);
}

/** Jobs whose back-off has just passed wait for a machine like any other. */
export async function endBackOff(queries: Queries): Promise<void> {
  await sql`
    update jobs set state = 'waiting', changed_at = now() from waiters w
    where w.job_id = jobs.job_id and jobs.state = 'held' and not w.offered
      and w.not_before <= now() and w.not_before > now() - interval '1 minute'
      and not exists (select 1 from holds where holds.job_id = jobs.job_id and (holds.until is null or holds.until > now()))`.execute(
    queries,
  );
}

/** The first of each runnable class who may run now, at most `limit` of each. */
export async function readCandidates(
  queries: Queries,
  runnable: ReadonlyMap<string, Assessment>,
  limit: number,
): Promise<Candidate[]> {
  const result = await sql<{
    job_id: string;
    class: string;
    submitter: string;
    priority: number;
    sequence: number;
    avoid: string[];
  }>`
    select w.* from unnest(${[...runnable.keys()]}::text[]) as c (class) cross join lateral (
      select job_id, class, submitter, priority, sequence, avoid from waiters
      where waiters.class = c.class and not offered and not_before <= now()
      order by priority desc, sequence limit ${limit}) as w`.execute(queries);
  return result.rows.map((row) => ({
    jobId: row.job_id,
    submitter: row.submitter,
    priority: row.priority,
    sequence: row.sequence,
    eligible: runnable.get(row.class)?.eligible ?? [],
    avoid: row.avoid,
  }));
}

/** Live leases: how many on each machine, and for each submitter. */
export async function readLoad(
  queries: Queries,
): Promise<{ onMachine: Record<string, number>; ofSubmitter: Record<string, number> }> {
  const result = await sql<{
    machine: string;
    submitter: string;
  }>`select machine, submitter from leases where released_at is null`.execute(queries);
  const onMachine: Record<string, number> = {};
  const ofSubmitter: Record<string, number> = {};
  for (const { machine, submitter } of result.rows) {
    onMachine[machine] = (onMachine[machine] ?? 0) + 1;
    ofSubmitter[submitter] = (ofSubmitter[submitter] ?? 0) + 1;
  }
  return { onMachine, ofSubmitter };
}
