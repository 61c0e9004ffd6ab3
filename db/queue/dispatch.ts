import { sql } from "kysely";
import type { Queries } from "../connect.js";
import { advisoryLocks } from "../advisory-locks.js";
import type { ResourcesInUse } from "../../domain/matching/fair-share.js";
import type { WaitingClass } from "./waiters.js";

/** The input of one pass of the dispatch loop. */
export interface DispatchState {
  /** The number of live leases, on each machine and of each submitter. */
  onMachine: Record<string, number>;
  ofSubmitter: Record<string, number>;
  /** What running jobs use, shared or exclusively. */
  taken: ResourcesInUse;
  /** The classes with waiters. */
  classes: WaitingClass[];
}

const waitingClasses = sql`
  select class, definition, reasons, settled from classes
  where exists (select 1 from waiters where waiters.class = classes.class and not offered)`;

/**
 * Takes the dispatch lock for this transaction, and reads the input of a pass; undefined if another process has it. The lock
 * is a separate first statement, so that the next ones see everything that the previous pass wrote.
 */
export async function beginDispatch(queries: Queries): Promise<DispatchState | undefined> {
  const lock = await sql<{
    mine: boolean;
  }>`select pg_try_advisory_xact_lock(${advisoryLocks.dispatch}) as mine`.execute(queries);
  if (lock.rows[0]?.mine !== true) return undefined;
  const result = await sql<DispatchState>`
    with live as materialized (select machine, submitter, uses, exclusive from leases where released_at is null)
    select (select coalesce(jsonb_object_agg(machine, count), '{}') from (select machine, count(*) from live group by machine) as m) as "onMachine",
      (select coalesce(jsonb_object_agg(submitter, count), '{}') from (select submitter, count(*) from live group by submitter) as s) as "ofSubmitter",
      (select jsonb_build_object('uses', coalesce(jsonb_agg(distinct used), '[]')) from live, unnest(uses) as used)
        || (select jsonb_build_object('exclusive', coalesce(jsonb_agg(distinct kept), '[]')) from live, unnest(exclusive) as kept) as taken,
      (select coalesce(jsonb_agg(waiting), '[]') from (${waitingClasses}) as waiting) as classes`.execute(queries);
  return result.rows[0];
}

/** The classes with waiters. */
export async function readWaitingClasses(queries: Queries): Promise<WaitingClass[]> {
  return (await sql<WaitingClass>`${waitingClasses}`.execute(queries)).rows;
}
