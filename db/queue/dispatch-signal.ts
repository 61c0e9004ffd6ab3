import { sql } from "kysely";
import { channels, type Queries } from "../connect.js";
import { advisoryLocks } from "../advisory-locks.js";

/** Wakes the dispatch loop when the surrounding transaction commits. */
export async function notifyDispatch(queries: Queries): Promise<void> {
  await sql`select pg_notify(${channels.dispatch}, '')`.execute(queries);
}

/** Waits for a pass that may be running: every later pass sees what is written after this. */
export async function awaitDispatchLock(queries: Queries): Promise<void> {
  await sql`select pg_advisory_xact_lock(${advisoryLocks.dispatch})`.execute(queries);
}
