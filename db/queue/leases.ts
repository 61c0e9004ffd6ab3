import { sql } from "kysely";
import type { Match } from "../../domain/matching/fair-share.js";
import { leaseMs, offerMs } from "../../domain/jobs/lease-times.js";
import type { Purpose } from "../../domain/verdict/attempt.js";
import { channels, iso, type Queries, toJson } from "../connect.js";
import { notifyDispatch } from "./dispatch-signal.js";

export interface Lease {
  leaseId: string;
  /** Increases with every lease; only the latest is valid. */
  fence: number;
  machine: string;
  host: string;
}

/** How long a run waits, at most, for its comparison run to begin first. */
export const comparisonHeadStartMs = 1_000;

export interface Offer {
  jobId: string;
  parking: string;
  lease: Lease;
}

/** The lease is not valid, or no longer valid. */
export class StaleLeaseError extends Error {
  override name = "StaleLeaseError";
}

/** Writes leases for matches whose waiter is still free. `leaseIds` names one new id for each match. */
export async function offerLeases(
  queries: Queries,
  matches: readonly Match[],
  leaseIds: readonly string[],
): Promise<Offer[]> {
  if (matches.length === 0) return [];
  const wanted = toJson(matches.map((match, index) => ({ ...match, leaseId: leaseIds[index] })));
  const result = await sql<{
    jobId: string;
    parking: string;
    leaseId: string;
    fence: number;
    machine: string;
    host: string;
  }>`
    with wanted as (select * from jsonb_to_recordset(${wanted}) as m ("jobId" text, machine text, "leaseId" text, uses jsonb, exclusive jsonb)),
    taken as (
      select w.job_id, w.parking, w.submitter from waiters w join wanted on wanted."jobId" = w.job_id where not w.offered for update of w skip locked),
    marked as (update waiters set offered = true from taken where waiters.job_id = taken.job_id returning waiters.job_id),
    written as (
      insert into leases (lease_id, job_id, parking, submitter, machine, offered_at, expires_at, uses, exclusive)
      select wanted."leaseId", taken.job_id, taken.parking, taken.submitter, wanted.machine, now(), now() + make_interval(secs => ${leaseMs / 1000}),
        array(select jsonb_array_elements_text(wanted.uses)), array(select jsonb_array_elements_text(wanted.exclusive))
      from wanted join taken on taken.job_id = wanted."jobId" join marked on marked.job_id = taken.job_id
      returning *)
    select written.*, machines.host from written join machines using (machine)`.execute(queries);
  return result.rows.map((row) => ({
    jobId: row.jobId,
    parking: row.parking,
    lease: { leaseId: row.leaseId, fence: row.fence, machine: row.machine, host: row.host },
  }));
}

/** Withdraws offers that no agent confirmed, and puts their jobs into the queue again. Returns how many. */
export async function lapseOffers(queries: Queries): Promise<number> {
  const result = await sql`
    with lapsed as (
      update leases set released_at = now()
      where released_at is null and confirmed_at is null and offered_at < now() - make_interval(secs => ${offerMs / 1000})
      returning job_id, parking)
    update waiters set offered = false from lapsed where waiters.job_id = lapsed.job_id and waiters.parking = lapsed.parking`.execute(
    queries,
  );
  return Number(result.numAffectedRows ?? 0);
}

/** Ends leases whose agent has stopped reporting them; the caller signals their jobs. */
export async function expireLeases(queries: Queries): Promise<{ jobId: string; leaseId: string }[]> {
  const result = await sql<{ jobId: string; leaseId: string }>`
    update leases set released_at = now() where released_at is null and confirmed_at is not null and expires_at < now()
    returning job_id, lease_id`.execute(queries);
  return result.rows;
}

/** Withdraws one offer whose job could not be signaled, unless it has lapsed already. */
export async function returnOffer(queries: Queries, offer: Offer): Promise<void> {
  await sql`
    with returned as (
      update leases set released_at = now() where lease_id = ${offer.lease.leaseId} and released_at is null returning job_id)
    update waiters set offered = false from returned where waiters.job_id = returned.job_id and parking = ${offer.parking}`.execute(
    queries,
  );
}

/**
 * Releases a job's leases. If an attempt without a report may still be running, its lease is kept until its machine says
 * that it is over, or until it expires: by then the machine has killed the test.
 */
export async function releaseLeases(queries: Queries, jobId: string): Promise<void> {
  await sql`
    with over as (
      select lease_id from leases l where job_id = ${jobId} and released_at is null and ending_since is null
        and (confirmed_at is null or exists (select 1 from attempts a where a.lease_id = l.lease_id and a.report is not null)))
    update leases set
      released_at = case when lease_id in (select lease_id from over) then now() end,
      ending_since = case when lease_id in (select lease_id from over) then null else coalesce(ending_since, now()) end
    where job_id = ${jobId} and released_at is null`.execute(queries);
}

/** Stores that the grid gave up an attempt whose agent has not confirmed its end. */
export async function markEnding(queries: Queries, leaseId: string): Promise<void> {
  await sql`update leases set ending_since = coalesce(ending_since, now()) where lease_id = ${leaseId} and released_at is null`.execute(
    queries,
  );
}

export interface AttemptStart {
  leaseId: string;
  fence: number;
  machine: string;
  attempt: number;
  purpose: Purpose;
  /** A secret of the attempt. The API gives it only to the agent that begins the attempt. */
  secret: string;
  /** The state of the job while the attempt makes its first steps. */
  state: "preparing" | "running";
}

/**
 * Confirms a lease and begins the attempt in one step. Idempotent.
 * @throws StaleLeaseError if the lease was released, given up, fenced off, or is another machine's, or its job was superseded.
 */
export async function startAttempt(queries: Queries, start: AttemptStart): Promise<{ jobId: string; secret: string }> {
  // The job is locked first, as everywhere: a fixed order of locks avoids deadlocks.
  await sql`select 1 from jobs where job_id = (select job_id from leases where lease_id = ${start.leaseId}) for no key update`.execute(
    queries,
  );
  const lease = await sql<{ jobId: string; parking: string; host: string }>`
    update leases set confirmed_at = coalesce(confirmed_at, now()), expires_at = now() + make_interval(secs => ${leaseMs / 1000})
    from machines m, jobs j
    where lease_id = ${start.leaseId} and fence = ${start.fence} and leases.machine = ${start.machine} and m.machine = leases.machine
      and j.job_id = leases.job_id and j.verdict is null and j.superseded_by is null and released_at is null and ending_since is null
    returning leases.job_id, leases.parking, m.host`.execute(queries);
  const held = lease.rows[0];
  if (held === undefined) throw new StaleLeaseError(`lease ${start.leaseId} has been released`);
  const written = await sql<{ secret: string | null }>`
    with begun as (
      insert into attempts (job_id, number, purpose, lease_id, machine, host, started_at, secret)
      values (${held.jobId}, ${start.attempt}, ${start.purpose}, ${start.leaseId}, ${start.machine}, ${held.host}, now(), ${start.secret})
      on conflict (job_id, number) do update set secret = coalesce(attempts.secret, excluded.secret)
        where attempts.lease_id = excluded.lease_id and attempts.ended_at is null returning job_id, secret),
    left_line as (delete from waiters using begun where waiters.job_id = begun.job_id and waiters.parking = ${held.parking}),
    freed as (update holds set until = greatest(now(), since) from begun where holds.job_id = begun.job_id and (until is null or until > now())),
    -- Who waits to run beside this one may begin now.
    beside as (update waiters set not_before = now() from jobs c, begun
      where c.job_id = begun.job_id and c.companion_purpose = 'baseline' and waiters.job_id = c.companion_of and waiters.not_before > now()
        and waiters.purpose in ('confirmation', 'recheck') and waiters.not_before <= waiters.since + make_interval(secs => ${comparisonHeadStartMs / 1000})
      returning pg_notify(${channels.dispatch}, '')),
    shown as (update jobs set state = ${start.state}, started_at = coalesce(started_at, now()), changed_at = now() from begun where jobs.job_id = begun.job_id and verdict is null)
    select (select secret from begun) as secret`.execute(queries);
  const secret = written.rows[0]?.secret ?? null;
  if (secret === null) throw new StaleLeaseError(`attempt ${start.attempt} was made under another lease`);
  return { jobId: held.jobId, secret };
}

/** A lease, and the attempt that was begun under it. */
export interface LeaseInUse {
  jobId: string;
  machine: string;
  isReleased: boolean;
  /** Null if none was begun. */
  attempt: number | null;
  /** Null if none was begun, or by an earlier version. */
  secret: string | null;
}

/** @throws StaleLeaseError if there never was such a lease */
export async function readLease(queries: Queries, leaseId: string): Promise<LeaseInUse> {
  const result = await sql<LeaseInUse>`
    select l.job_id, l.machine, l.released_at is not null as "isReleased", a.number as attempt, a.secret
    from leases l left join attempts a on a.lease_id = l.lease_id and a.job_id = l.job_id where l.lease_id = ${leaseId}`.execute(
    queries,
  );
  const row = result.rows[0];
  if (row === undefined) throw new StaleLeaseError(`there is no lease ${leaseId}`);
  return row;
}

/**
 * Extends the leases that the agent still runs, and releases those that were given up and have ended.
 * @param asOf the earliest time at which the report was made, by the database's clock: a late report says nothing about what
 *   began after that time. "infinity" for an agent's first report, because the agent ran nothing before it. Null if the report
 *   does not say it; then the report ends no lease
 * @returns the reported leases that are no longer valid, and the `asOf` of the next report
 */
export async function renewLeases(
  queries: Queries,
  machine: string,
  leaseIds: readonly string[],
  asOf: string | null,
): Promise<{ revoked: string[]; asOf: string }> {
  const over = await sql<{ asOf: string; count: number }>`
    with over as (
      update leases set released_at = now()
      where machine = ${machine} and released_at is null and not (lease_id = any(${leaseIds}))
        and ending_since < ${asOf}::timestamptz returning lease_id)
    select ${iso("now()")} as "asOf", (select count(*) from over) as count`.execute(queries);
  const { asOf: next, count } = over.rows[0]!;
  if (count > 0) await notifyDispatch(queries);
  if (leaseIds.length === 0) return { revoked: [], asOf: next };
  const result = await sql<{ leaseId: string }>`
    update leases set expires_at = now() + make_interval(secs => ${leaseMs / 1000})
    where machine = ${machine} and lease_id = any(${leaseIds}) and released_at is null and ending_since is null returning lease_id`.execute(
    queries,
  );
  const valid = new Set(result.rows.map((row) => row.leaseId));
  return { revoked: leaseIds.filter((leaseId) => !valid.has(leaseId)), asOf: next };
}
