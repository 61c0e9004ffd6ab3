import { sql } from "kysely";
import { iso, type Queries } from "../connect.js";

export const eventKinds = ["job", "submission", "service", "machine", "pause"] as const;
export type EventKind = (typeof eventKinds)[number];

/** Something changed. Its own API route returns its current state. Database triggers write these (migrations/0019_events.sql). */
export interface GridEvent {
  /** Its place among all events. A later event has a greater place. */
  place: Place;
  /** ISO. */
  at: string;
  kind: EventKind;
  /** Its id or name. */
  subject: string;
  submissionId: string | null;
  project: string | null;
  state: string | null;
  verdict: string | null;
}

/** The number of the transaction, and of the event. Both are decimal. */
export interface Place {
  tx: string;
  eventId: string;
}

/** How long events are kept. */
const eventsKeptMs = 3_600_000;

/** The place before the next event. */
export async function currentPlace(queries: Queries): Promise<Place> {
  const result = await sql<{ tx: string }>`
    select pg_snapshot_xmin(pg_current_snapshot())::text as tx`.execute(queries);
  return { tx: result.rows[0]!.tx, eventId: "0" };
}

/** Whether a place comes from a newer state of the database, which an older copy has replaced since. */
export async function isPlaceAhead(queries: Queries, { tx }: Place): Promise<boolean> {
  const result = await sql<{ isAhead: boolean }>`
    select ${tx}::xid8 > pg_snapshot_xmax(pg_current_snapshot()) as "isAhead"`.execute(queries);
  return result.rows[0]!.isAhead;
}

/**
 * Whether events after a place may be missing: the place is older than the kept events, or comes from a newer state of the
 * database, which an older copy has replaced since.
 */
export async function isPlaceLost(queries: Queries, { tx }: Place): Promise<boolean> {
  const result = await sql<{ isLost: boolean }>`
    select ${tx}::xid8 > pg_snapshot_xmax(pg_current_snapshot()) or not exists (
        select 1 from events where tx <= ${tx}::xid8 and tx < pg_snapshot_xmin(pg_current_snapshot()))
      and exists (select 1 from events where tx < pg_snapshot_xmin(pg_current_snapshot())) as "isLost"`.execute(
    queries,
  );
  return result.rows[0]!.isLost;
}

/** Events after a place, oldest first. A later call returns the events of open transactions, and those after them. */
export async function readEvents(queries: Queries, { tx, eventId }: Place, limit: number): Promise<GridEvent[]> {
  const result = await sql<Omit<GridEvent, "place"> & { tx: string; number: string }>`
    select tx::text as tx, event_id::text as number, ${iso("at")} as at, kind, subject, submission_id, project, state, verdict from events
    where (tx, event_id) > (${tx}::xid8, ${eventId}::bigint) and tx < pg_snapshot_xmin(pg_current_snapshot())
    order by tx, event_id limit ${limit}`.execute(queries);
  return result.rows.map(({ tx: transaction, number, ...event }) => ({
    place: { tx: transaction, eventId: number },
    ...event,
  }));
}

/** How long deliveries that have arrived or were given up are kept. */
const deliveriesKeptMs = 90 * 86_400_000;
/** Longer than any job waits. */
const keysKeptMs = 30 * 86_400_000;

/** How many events are deleted in one statement, so that it stays far below the time limit. */
const forgottenAtOnce = 10_000;

/** Deletes old events, deliveries and keys of requests. An event stays at least until its webhook deliveries were made. */
export async function forgetOldEvents(queries: Queries): Promise<void> {
  for (let deleted = forgottenAtOnce; deleted >= forgottenAtOnce;) {
    const result = await sql`
      delete from events where (tx, event_id) in (
        select events.tx, events.event_id from events, webhook_position p
        where at < now() - make_interval(secs => ${eventsKeptMs / 1000}) and (events.tx, events.event_id) <= (p.tx, p.event_id)
          -- The newest one stays: by it a client that comes back learns that it has missed something.
          and events.event_id < (select max(event_id) from events)
        order by events.tx, events.event_id limit ${forgottenAtOnce})`.execute(queries);
    deleted = Number(result.numAffectedRows ?? 0);
  }
  await sql`
    delete from webhook_deliveries where next_try_at is null
      and created_at < now() - make_interval(secs => ${deliveriesKeptMs / 1000})`.execute(queries);
  await sql`delete from request_keys where at < now() - make_interval(secs => ${keysKeptMs / 1000})`.execute(queries);
}
