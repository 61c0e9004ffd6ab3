import { randomBytes } from "node:crypto";
import type { Router } from "express";
import { recordAudit } from "../../db/access/audit.js";
import { readGridConfig } from "../../db/grid/grid-config.js";
import {
  deleteWebhook,
  insertWebhook,
  readDeliveries,
  readWebhooks,
  retryDelivery,
} from "../../db/webhooks/webhooks.js";
import { isStatusFormat, type WebhookEvent } from "../../domain/webhooks/webhook-message.js";
import { seal } from "../../source/credentials.js";
import { assertHostAllowed, defaultPolicy, RefusedAddressError } from "../../source/fetch/fetch-policy.js";
import type { ApiDependencies } from "../dependencies.js";
import { nextKey } from "../answers/next-page.js";
import { createEndpoints } from "../endpoint.js";
import { signed } from "../requests/caller.js";
import { Problem } from "../requests/problem.js";

const usualEvents: WebhookEvent[] = ["job.finished", "service.down", "service.up"];

/** Webhooks: addresses that are notified of verdicts, holds and outages. */
export function webhookRoutes({ database, newId, access, secretKey, isLocal }: ApiDependencies): Router {
  const { router, handle } = createEndpoints(access);

  handle("listWebhooks", async () => ({ webhooks: await readWebhooks(database) }));

  handle("createWebhook", async ({ body: { url, format, project = null, by, token, ...asked }, request }) => {
    const isForge = isStatusFormat(format);
    if (isForge !== (token !== undefined))
      throw new Problem(
        "wrong-request",
        `token: ${isForge ? `the format ${format} needs the token of the forge` : `the format ${format} has none`}`,
      );
    if (isForge && asked.events !== undefined)
      throw new Problem("wrong-request", `events: the format ${format} has none; it sets the status of commits`);
    const events: WebhookEvent[] = isForge ? ["commit.status"] : (asked.events ?? usualEvents);
    const { sources } = await readGridConfig(database);
    assertWebhookUrlAllowed(url, sources ?? defaultPolicy(isLocal));
    const webhookId = request.get("Idempotency-Key") ?? newId();
    const signing = isForge ? null : `whsec_${randomBytes(24).toString("base64")}`;
    const secret = token ?? signing!;
    await database.transaction().execute(async (transaction) => {
      const webhook = { webhookId, url, format, events, project, createdBy: by, secret: seal(secret, secretKey) };
      if (!(await insertWebhook(transaction, webhook)))
        throw new Problem(
          "repeated-request",
          `webhook ${webhookId} was created already, and its secret is not shown again`,
        );
      await recordAudit(transaction, by, "create webhook", `webhook:${webhookId}`, url);
    });
    return { webhookId, url, format, events, project, secret: signing };
  });

  handle("deleteWebhook", async ({ params: { webhookId } }) => {
    const url = await database.transaction().execute(async (transaction) => {
      const deleted = await deleteWebhook(transaction, webhookId);
      if (deleted !== undefined)
        await recordAudit(transaction, signed(undefined), "delete webhook", `webhook:${webhookId}`, deleted);
      return deleted;
    });
    if (url === undefined) throw new Problem("unknown-webhook", `there is no webhook ${webhookId}`);
    return { webhookId, url };
  });

  handle("listDeliveries", async ({ params: { webhookId }, query: { limit, before } }) => {
    const deliveries = await readDeliveries(database, webhookId, limit, before);
    return { deliveries, next: nextKey(deliveries, limit, ({ deliveryId }) => deliveryId) };
  });

  handle("retryDelivery", async ({ params: { webhookId, deliveryId } }) => {
    if (!(await retryDelivery(database, webhookId, deliveryId)))
      throw new Problem(
        "nothing-to-retry",
        `there is no delivery ${deliveryId}, its webhook is deleted, or a later status of the commit took its place`,
      );
    return { deliveryId };
  });

  return router;
}

/** An address must not contain a password. Internal networks are refused unless grid.yaml allows them. @throws Problem */
function assertWebhookUrlAllowed(address: string, policy: Parameters<typeof assertHostAllowed>[1]): void {
  const url = new URL(address);
  if (url.username !== "" || url.password !== "")
    throw new Problem("wrong-address", "url: must have no user name and no password; the messages are signed instead");
  try {
    assertHostAllowed(url.hostname.replace(/^\[|\]$/g, ""), policy);
  } catch (error) {
    if (!(error instanceof RefusedAddressError)) throw error;
    throw new Problem("wrong-address", `url: ${url.hostname} is not allowed (\`sources.allow\` in grid.yaml)`);
  }
}
