import { sql } from "kysely";
import { iso, type Queries } from "../connect.js";

export const eventKinds = ["job", "submission", "service", "machine", "pause"] as const;
export type EventKind = (typeof eventKinds)[number];

/** Something changed; its own route says what it is now. Triggers write these (migrations/0019_events.sql). */
export interface GridEvent {
  /** The place among all events: of a later event it is greater. */
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

/** Number of the transaction, and of the event. Both are decimal. */
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

/** Whether a place is from before an older copy of the database took the place of the current one. */
export async function isPlaceAhead(queries: Queries, { tx }: Place): Promise<boolean> {
  const result = await sql<{ isAhead: boolean }>`
    select ${tx}::xid8 > pg_snapshot_xmax(pg_current_snapshot()) as "isAhead"`.execute(queries);
  return result.rows[0]!.isAhead;
}

/**
 * Whether events after a place may be missing: it is older than what is kept, or from before an older copy of the database
 * took the place of the current one.
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

/** Events after a place, oldest first. Those of open transactions, and later ones, come with a later call. */
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

/** How long deliveries are listed that have arrived, or were given up. */
const deliveriesKeptMs = 90 * 86_400_000;
/** Longer than any job waits. */
const keysKeptMs = 30 * 86_400_000;

/** Deletes events and keys of requests that nobody can ask for any more. Events wait for the webhooks that tell them. */
export async function forgetOldEvents(queries: Queries): Promise<void> {
  await sql`
    delete from events using webhook_position p
    where at < now() - make_interval(secs => ${eventsKeptMs / 1000}) and (events.tx, events.event_id) <= (p.tx, p.event_id)
      -- The newest one stays: by it a client that comes back learns that it has missed something.
      and event_id < (select max(event_id) from events)`.execute(queries);
  await sql`
    delete from webhook_deliveries where next_try_at is null
      and created_at < now() - make_interval(secs => ${deliveriesKeptMs / 1000})`.execute(queries);
  await sql`delete from request_keys where at < now() - make_interval(secs => ${keysKeptMs / 1000})`.execute(queries);
}
