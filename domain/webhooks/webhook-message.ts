/** What webhooks are told. */
export const webhookEvents = ["job.finished", "job.held", "job.released", "service.down", "service.up"] as const;
export type WebhookEvent = (typeof webhookEvents)[number];

export const webhookFormats = ["standard", "slack", "matrix", "teams"] as const;
export type WebhookFormat = (typeof webhookFormats)[number];

/** Something that happened. */
export interface WebhookMessage {
  type: WebhookEvent;
  /** ISO. */
  timestamp: string;
  /** For people: one sentence. */
  text: string;
  data: Record<string, unknown>;
}

/** The JSON that an address gets: the message itself, or as the chat of that name takes it. */
export function formatWebhook(message: WebhookMessage, format: WebhookFormat): unknown {
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
