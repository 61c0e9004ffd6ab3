import { request as httpRequest } from "node:http";
import { request as httpsRequest } from "node:https";
import { Webhook } from "standardwebhooks";
import type { Database, Queries } from "../../../db/connect.js";
import { type GridEvent, readEvents } from "../../../db/events/events.js";
import { readGridConfig } from "../../../db/grid/grid-config.js";
import { readCommitStatus } from "../../../db/webhooks/commit-statuses.js";
import { readWebhookNotices } from "../../../db/webhooks/webhook-notices.js";
import {
  claimDeliveries,
  claimStatuses,
  type DueDelivery,
  insertDeliveries,
  insertStatusDeliveries,
  readWebhooks,
  recordDelivery,
  storePosition,
  takePosition,
} from "../../../db/webhooks/webhooks.js";
import { statusOf, statusRequest } from "../../../domain/webhooks/commit-status.js";
import { formatWebhook, isStatusFormat } from "../../../domain/webhooks/webhook-message.js";
import { pauseAfter } from "../../../domain/webhooks/retries.js";
import { unseal } from "../../../source/credentials.js";
import {
  allowedLookup,
  assertHostAllowed,
  defaultPolicy,
  type FetchPolicy,
} from "../../../source/fetch/fetch-policy.js";
import type { ControlLoop } from "../control-loop.js";

const eventsAtOnce = 200;
const deliveriesAtOnce = 10;
const timeoutMs = 10_000;
/** How long a claim lasts: longer than a try may take. */
const claimMs = 60_000;

/** Makes deliveries from events, in the transaction that records the last event that was used. */
export class WebhookMaker implements ControlLoop {
  readonly name = "webhook deliveries";
  readonly everyMs = 1_000;
  readonly #database: Database;
  readonly #publicUrl: string;

  constructor(database: Database, publicUrl: string) {
    this.#database = database;
    this.#publicUrl = publicUrl;
  }

  async run(): Promise<"more" | "done"> {
    return this.#database.transaction().execute(async (transaction) => {
      const place = await takePosition(transaction);
      if (place === undefined) return "done";
      const events = await readEvents(transaction, place, eventsAtOnce);
      const last = events.at(-1)?.place;
      if (last === undefined) return "done";
      const webhooks = await readWebhooks(transaction);
      if (webhooks.length > 0)
        for (const event of events)
          for (const happening of await readWebhookNotices(transaction, event, this.#publicUrl))
            await insertDeliveries(transaction, happening);
      if (webhooks.some(({ format }) => isStatusFormat(format))) await this.#makeStatuses(transaction, events);
      await storePosition(transaction, last);
      return events.length === eventsAtOnce ? "more" : "done";
    });
  }

  async #makeStatuses(queries: Queries, events: readonly GridEvent[]): Promise<void> {
    for (const [submissionId, at] of touchedSubmissions(events)) {
      const status = await readCommitStatus(queries, submissionId, at, this.#publicUrl);
      if (status !== undefined) await insertStatusDeliveries(queries, status);
    }
  }
}

/** Submissions that now have jobs, and those with a job that has ended, in the order of their last event. */
function touchedSubmissions(events: readonly GridEvent[]): Map<string, string> {
  const touched = new Map<string, string>();
  for (const { kind, submissionId, state, verdict, at } of events) {
    const counts = kind === "job" ? verdict !== null : kind === "submission" && state === "expanded";
    if (submissionId === null || !counts) continue;
    touched.delete(submissionId);
    touched.set(submissionId, at);
  }
  return touched;
}

/** Sends deliveries, signed as Standard Webhooks describes it, and tries again for about three days. */
export class WebhookSender implements ControlLoop {
  readonly name = "webhooks";
  readonly everyMs = 1_000;
  readonly #database: Database;
  readonly #secretKey: string;
  readonly #isLocal: boolean;

  constructor(database: Database, secretKey: string, isLocal: boolean) {
    this.#database = database;
    this.#secretKey = secretKey;
    this.#isLocal = isLocal;
  }

  async run(): Promise<"more" | "done"> {
    const messages = await claimDeliveries(this.#database, deliveriesAtOnce, claimMs);
    const due = [...messages, ...(await claimStatuses(this.#database, claimMs))];
    if (due.length === 0) return "done";
    const { sources } = await readGridConfig(this.#database);
    await Promise.all(due.map(async (delivery) => this.#send(delivery, sources ?? defaultPolicy(this.#isLocal))));
    return due.length > messages.length || messages.length === deliveriesAtOnce ? "more" : "done";
  }

  async #send(delivery: DueDelivery, policy: FetchPolicy): Promise<void> {
    const { deliveryId, tries } = delivery;
    try {
      const { url, headers, body } = requestOf(delivery, unseal<string>(delivery.secret, this.#secretKey));
      const status = await post(url, policy, body, headers);
      if (status < 200 || status > 299) throw new Error(`it answered ${status}`);
      await recordDelivery(this.#database, deliveryId, { error: null });
    } catch (error) {
      const pauseSeconds = pauseAfter(tries + 1);
      const message = (error as Error).message.slice(0, 500);
      await recordDelivery(this.#database, deliveryId, { error: message, pauseSeconds });
    }
  }
}

/** @param secret the token of a forge, or the secret that signs the message */
function requestOf({ deliveryId, payload, format, url }: DueDelivery, secret: string) {
  if (isStatusFormat(format)) {
    const request = statusRequest(format, url, secret, statusOf(payload)!);
    return { ...request, body: JSON.stringify(request.body) };
  }
  const body = JSON.stringify(formatWebhook(payload, format));
  const now = new Date();
  const headers = {
    "content-type": "application/json",
    "webhook-id": deliveryId,
    "webhook-timestamp": String(Math.floor(now.getTime() / 1_000)),
    "webhook-signature": new Webhook(secret).sign(deliveryId, now, body),
  };
  return { url, headers, body };
}

/** Connects only to addresses that the policy allows, and follows no redirects. Returns the status. */
async function post(
  address: string,
  policy: FetchPolicy,
  body: string,
  headers: Record<string, string>,
): Promise<number> {
  const url = new URL(address);
  assertHostAllowed(url.hostname.replace(/^\[|\]$/g, ""), policy);
  const request = url.protocol === "https:" ? httpsRequest : httpRequest;
  return new Promise((resolve, reject) => {
    const sent = request(
      url,
      { method: "POST", headers, lookup: allowedLookup(policy), signal: AbortSignal.timeout(timeoutMs) },
      (answer) => {
        answer.resume();
        resolve(answer.statusCode ?? 0);
      },
    );
    sent.on("error", reject);
    sent.end(body);
  });
}
