import { sql } from "kysely";
import { monotonicFactory } from "ulid";
import type { WebhookEvent, WebhookFormat, WebhookMessage } from "../../domain/webhooks/webhook-message.js";
import { iso, type Queries, toJson } from "../connect.js";
import { currentPlace, isPlaceAhead, type Place } from "../events/events.js";
import { type CommitStatus, statusFormats } from "../../domain/webhooks/commit-status.js";
import type { WebhookNotice } from "./webhook-notice.js";
import { advisoryLocks } from "../advisory-locks.js";

/** Makes ids that are in order even within a millisecond. That is enough, because one process makes all deliveries. */
const nextId = monotonicFactory();

const isForge = sql`w.format = any(${[...statusFormats]})`;

export interface WebhookView {
  webhookId: string;
  url: string;
  format: WebhookFormat;
  events: WebhookEvent[];
  project: string | null;
  createdBy: string;
  createdAt: string;
}

export interface DeliveryView {
  deliveryId: string;
  type: WebhookEvent;
  text: string;
  createdAt: string;
  tries: number;
  nextTryAt: string | null;
  deliveredAt: string | null;
  givenUpAt: string | null;
  lastError: string | null;
}

/** Returns false if there is a webhook with this id already. @param webhook.secret sealed */
export async function insertWebhook(
  queries: Queries,
  webhook: Omit<WebhookView, "createdAt"> & { secret: Buffer },
): Promise<boolean> {
  const { webhookId, url, format, events, project, createdBy, secret } = webhook;
  const result = await sql`
    insert into webhooks (webhook_id, url, secret, format, events, project, created_by)
    values (${webhookId}, ${url}, ${secret}, ${format}, ${events}, ${project}, ${createdBy}) on conflict do nothing`.execute(
    queries,
  );
  return Number(result.numAffectedRows ?? 0) > 0;
}

export async function readWebhooks(queries: Queries): Promise<WebhookView[]> {
  const result = await sql<WebhookView>`
    select webhook_id, url, format, events, project, created_by, ${iso("created_at")} as "createdAt" from webhooks
    where deleted_at is null order by webhook_id`.execute(queries);
  return result.rows;
}

/** Deletes a webhook and gives up its open deliveries. Returns its address; undefined if there is no such webhook. */
export async function deleteWebhook(queries: Queries, webhookId: string): Promise<string | undefined> {
  const result = await sql<{ url: string }>`
    with gone as (update webhooks set deleted_at = now() where webhook_id = ${webhookId} and deleted_at is null returning webhook_id, url),
    given_up as (update webhook_deliveries d set next_try_at = null, given_up_at = now(), last_error = 'the webhook was deleted'
      from gone where d.webhook_id = gone.webhook_id and next_try_at is not null)
    select url from gone`.execute(queries);
  return result.rows[0]?.url;
}

/** Deliveries of a webhook, the latest first. */
export async function readDeliveries(
  queries: Queries,
  webhookId: string,
  limit: number,
  before: string | undefined,
): Promise<DeliveryView[]> {
  const result = await sql<DeliveryView>`
    select delivery_id, type, payload->>'text' as text, ${iso("created_at")} as "createdAt", tries, ${iso("next_try_at")} as "nextTryAt",
      ${iso("delivered_at")} as "deliveredAt", ${iso("given_up_at")} as "givenUpAt", last_error
    from webhook_deliveries where webhook_id = ${webhookId} and ${before === undefined ? sql`true` : sql`delivery_id < ${before}`}
    order by delivery_id desc limit ${limit}`.execute(queries);
  return result.rows;
}

/** Makes a delivery due again. Returns false if it is unknown, its webhook is deleted, or a later status took its place. */
export async function retryDelivery(queries: Queries, webhookId: string, deliveryId: string): Promise<boolean> {
  const result = await sql`
    update webhook_deliveries d set next_try_at = now(), given_up_at = null from webhooks w
    where delivery_id = ${deliveryId} and d.webhook_id = ${webhookId} and w.webhook_id = d.webhook_id and deleted_at is null
      and not ${hasLaterStatus}`.execute(queries);
  return Number(result.numAffectedRows ?? 0) > 0;
}

/**
 * The place up to which deliveries were made; undefined if another process makes them now. Otherwise this process has that
 * right until its transaction ends. After a restore of the database, it begins with new events.
 */
export async function takePosition(queries: Queries): Promise<Place | undefined> {
  const lock = await sql<{
    isOurs: boolean;
  }>`select pg_try_advisory_xact_lock(${advisoryLocks.webhookDeliveries}) as "isOurs"`.execute(queries);
  if (lock.rows[0]?.isOurs !== true) return undefined;
  const result = await sql<Place>`select tx::text as tx, event_id::text as event_id from webhook_position`.execute(
    queries,
  );
  const [position] = result.rows;
  if (position !== undefined && !(await isPlaceAhead(queries, position))) return position;
  const now = await currentPlace(queries);
  await storePosition(queries, now);
  return now;
}

export async function storePosition(queries: Queries, { tx, eventId }: Place): Promise<void> {
  await sql`update webhook_position set tx = ${tx}::xid8, event_id = ${eventId}::bigint`.execute(queries);
}

/** Makes the deliveries of a happening, each once. A webhook does not get what happened before it was created. */
export async function insertDeliveries(queries: Queries, happening: WebhookNotice): Promise<void> {
  const { about, project, message, since = message.timestamp } = happening;
  const result = await sql<{ webhookId: string }>`
    select webhook_id from webhooks
    where deleted_at is null and ${message.type} = any(events) and created_at <= ${since}::timestamptz
      and (project is null or ${project}::text is null or project = ${project})`.execute(queries);
  for (const { webhookId } of result.rows) await insertDelivery(queries, webhookId, about, message);
}

/** Makes the deliveries of a commit's status. A webhook that got the same status last does not get it again. */
export async function insertStatusDeliveries(
  queries: Queries,
  { project, message, status }: WebhookNotice & { status: CommitStatus },
): Promise<void> {
  const result = await sql<{ webhookId: string }>`
    select webhook_id from webhooks w
    where deleted_at is null and ${isForge} and created_at <= ${message.timestamp}::timestamptz and (project is null or project = ${project})
      and (select jsonb_build_array(last.status->>'state', last.status->>'description') from (
          select payload->'data'->'status' as status from webhook_deliveries d
          where d.webhook_id = w.webhook_id and payload->'data'->'status'->>'commit' = ${status.commit}
            and payload->'data'->'status'->>'context' = ${status.context}
          order by sequence desc limit 1) last) is distinct from ${toJson([status.state, status.description])}::jsonb`.execute(
    queries,
  );
  for (const { webhookId } of result.rows) await insertDelivery(queries, webhookId, `status ${nextId()}`, message);
}

async function insertDelivery(queries: Queries, webhookId: string, about: string, message: WebhookMessage) {
  await sql`
    insert into webhook_deliveries (delivery_id, webhook_id, about, type, payload)
    values (${nextId().toLowerCase()}, ${webhookId}, ${about}, ${message.type}, ${toJson(message)}) on conflict do nothing`.execute(
    queries,
  );
}

/** A delivery to send now. */
export interface DueDelivery {
  deliveryId: string;
  payload: WebhookMessage;
  tries: number;
  url: string;
  format: WebhookFormat;
  /** Sealed. */
  secret: Buffer;
}

/** Limits the deliveries of one webhook, so that an address that does not answer does not delay others. */
const mostPerWebhook = 2;

/** Claims due deliveries, oldest first. If this process dies, others try them again after `claimMs`. */
export async function claimDeliveries(queries: Queries, most: number, claimMs: number): Promise<DueDelivery[]> {
  const result = await sql<DueDelivery>`
    with due as (
      select next.delivery_id from webhooks w cross join lateral (
        select delivery_id from webhook_deliveries d where d.webhook_id = w.webhook_id and next_try_at <= now()
        order by next_try_at limit ${mostPerWebhook} for update skip locked) next
      where deleted_at is null and not ${isForge} limit ${most})
    update webhook_deliveries d set next_try_at = ${afterMs(claimMs)} from due, webhooks w
    where d.delivery_id = due.delivery_id and w.webhook_id = d.webhook_id
    returning d.delivery_id, d.payload, d.tries, w.url, w.format, w.secret`.execute(queries);
  return result.rows;
}

/**
 * Claims due statuses of commits, one for each forge. The next one is claimed when this one is recorded, or after `claimMs`.
 * Only the last status of each commit is sent, because an older one must not replace a newer one.
 */
export async function claimStatuses(queries: Queries, claimMs: number): Promise<DueDelivery[]> {
  await sql`
    update webhook_deliveries d set next_try_at = null, given_up_at = now(), last_error = ${laterStatus}
    from webhooks w where w.webhook_id = d.webhook_id and ${isForge} and next_try_at <= now() and ${hasLaterStatus}`.execute(
    queries,
  );
  // The update of the webhook's own row keeps other workers away, even those that looked at the same moment.
  const result = await sql<DueDelivery>`
    with free as (
      update webhooks w set busy_until = ${afterMs(claimMs)}
      where deleted_at is null and ${isForge} and (busy_until is null or busy_until < now())
        and exists (select 1 from webhook_deliveries d where d.webhook_id = w.webhook_id and next_try_at <= now())
      returning webhook_id, url, format, secret),
    due as (
      select next.delivery_id, free.* from free cross join lateral (
        select delivery_id from webhook_deliveries d where d.webhook_id = free.webhook_id and next_try_at <= now()
        order by sequence limit 1) next)
    update webhook_deliveries d set next_try_at = ${afterMs(claimMs)} from due where d.delivery_id = due.delivery_id
    returning d.delivery_id, d.payload, d.tries, due.url, due.format, due.secret`.execute(queries);
  return result.rows;
}

const laterStatus = "a later status of the commit took its place";

/** Whether there is a later status of the same commit, for a delivery `d`. */
const hasLaterStatus = sql`exists (
  select 1 from webhook_deliveries later where later.webhook_id = d.webhook_id and later.sequence > d.sequence
    and later.payload->'data'->'status'->>'commit' = d.payload->'data'->'status'->>'commit'
    and later.payload->'data'->'status'->>'context' = d.payload->'data'->'status'->>'context')`;

function afterMs(ms: number) {
  return sql`now() + make_interval(secs => ${ms / 1000})`;
}

/** @param pauseSeconds until the next try; undefined if it is given up */
export async function recordDelivery(
  queries: Queries,
  deliveryId: string,
  result: { error: null } | { error: string; pauseSeconds: number | undefined },
): Promise<void> {
  if (result.error === null)
    await sql`
      update webhook_deliveries set tries = tries + 1, next_try_at = null, delivered_at = now(), last_error = null
      where delivery_id = ${deliveryId}`.execute(queries);
  else
    await sql`
      update webhook_deliveries set tries = tries + 1, last_error = ${result.error},
        next_try_at = now() + make_interval(secs => ${result.pauseSeconds ?? null}),
        given_up_at = ${result.pauseSeconds === undefined ? sql`now()` : sql`null`}
      where delivery_id = ${deliveryId} and next_try_at is not null`.execute(queries);
  await sql`
    update webhooks w set busy_until = null from webhook_deliveries d
    where d.delivery_id = ${deliveryId} and w.webhook_id = d.webhook_id and busy_until is not null`.execute(queries);
}
