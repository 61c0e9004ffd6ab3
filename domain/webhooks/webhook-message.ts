import { type StatusFormat, statusFormats } from "./commit-status.js";

/** The events to which people may subscribe. */
export const chosenEvents = [
  "job.finished",
  "job.held",
  "job.released",
  "submission.started",
  "submission.failing",
  "submission.finished",
  "service.down",
  "service.up",
] as const;
/** The events that webhooks get. The state of a commit is for forges only. */
export const webhookEvents = [...chosenEvents, "commit.status"] as const;
export type WebhookEvent = (typeof webhookEvents)[number];

const messageFormats = ["standard", "slack", "matrix", "teams"] as const;
export const webhookFormats = [...messageFormats, ...statusFormats] as const;
export type WebhookFormat = (typeof webhookFormats)[number];

/** Whether the address is a repository of a forge, whose commits get a status. */
export function isStatusFormat(format: WebhookFormat): format is StatusFormat {
  return statusFormats.some((known) => known === format);
}

/** A message about an event. */
export interface WebhookMessage {
  type: WebhookEvent;
  /** ISO time. */
  timestamp: string;
  /** For people: one sentence. */
  text: string;
  data: Record<string, unknown>;
}

/** The JSON that an address gets: the message itself, or the form that the chat of that name accepts. */
export function formatWebhook(message: WebhookMessage, format: Exclude<WebhookFormat, StatusFormat>): unknown {
  const { text } = message;
  switch (format) {
    case "standard":
      return message;
    case "slack":
    case "matrix":
      return { text };
    case "teams":
      return {
        type: "message",
        attachments: [
          {
            contentType: "application/vnd.microsoft.card.adaptive",
            content: { type: "AdaptiveCard", version: "1.4", body: [{ type: "TextBlock", text, wrap: true }] },
          },
        ],
      };
  }
}
