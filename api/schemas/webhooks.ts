import { z } from "zod";
import { chosenEvents, webhookEvents, webhookFormats } from "../../domain/webhooks/webhook-message.js";
import { by } from "./admin.js";

/** Webhooks: addresses that are notified of verdicts, holds and outages. */

const time = z.iso.datetime();

export const webhookRequest = z
  .strictObject({
    url: z.url({ protocol: /^https?$/, error: "not an http or https address" }).max(2_000),
    format: z.enum(webhookFormats).default("standard").meta({
      description:
        "The message itself, a chat message, or the status of a commit; for a status, `url` is the repository in the forge's API",
    }),
    token: z
      .string()
      .min(1)
      .max(1_000)
      .optional()
      .meta({ description: "The token of the forge, for the status of commits; stored encrypted, and never shown" }),
    events: z
      .array(z.enum(chosenEvents))
      .min(1)
      .optional()
      .meta({ description: "Default: job.finished, service.down, service.up; none for the status of commits" }),
    project: z.string().min(1).max(200).optional().meta({ description: "Only jobs of this project" }),
    by,
  })
  .meta({ id: "WebhookRequest" });

const webhookFields = {
  webhookId: z.string(),
  url: z.string(),
  format: z.enum(webhookFormats),
  events: z.array(z.enum(webhookEvents)),
  project: z.string().nullable(),
};

export const newWebhook = z
  .object({
    ...webhookFields,
    secret: z.string().nullable().meta({
      description: "Signs the messages, as Standard Webhooks describes it; shown only this once. Null for a forge",
    }),
  })
  .meta({ id: "NewWebhook" });

export const webhookList = z
  .object({ webhooks: z.array(z.object({ ...webhookFields, createdBy: z.string(), createdAt: time })) })
  .meta({ id: "Webhooks" });

export const deliveryFilter = z.strictObject({
  before: z.string().optional(),
  limit: z.coerce.number().int().min(1).max(500).default(50),
});

export const deliveryList = z
  .object({
    deliveries: z.array(
      z.object({
        deliveryId: z.string(),
        type: z.enum(webhookEvents),
        text: z.string(),
        createdAt: time,
        tries: z.int(),
        nextTryAt: time.nullable().meta({ description: "Null after it was delivered or given up" }),
        deliveredAt: time.nullable(),
        givenUpAt: time.nullable(),
        lastError: z.string().nullable(),
      }),
    ),
    next: z.string().nullable(),
  })
  .meta({ id: "Deliveries" });
