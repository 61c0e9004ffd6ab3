import type { WebhookMessage } from "../../domain/webhooks/webhook-message.js";

/** A message, and what it is about. A webhook gets only one message with the same `about`. */
export interface WebhookNotice {
  about: string;
  project: string | null;
  message: WebhookMessage;
  /** Webhooks that were created after this ISO time do not get the message. The time of the message if left out. */
  since?: string;
}
