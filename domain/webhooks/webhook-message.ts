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

/** Pauses before the next try, in seconds: about three days in all. After the last one a delivery is given up. */
const pauses = [5, 60, 300, 1_800, 3_600, 7_200, 14_400, 28_800, 57_600, 86_400, 86_400];

/** @param tries those that have failed; undefined if the delivery is given up */
export function pauseAfter(tries: number): number | undefined {
  return pauses[tries - 1];
}
