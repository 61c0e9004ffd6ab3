import type { WebhookMessage } from "../../domain/webhooks/webhook-message.js";

/** A message, and what it is about: of one happening there is one message. */
export interface Happening {
  about: string;
  project: string | null;
  message: WebhookMessage;
  /** Webhooks that were made later do not hear of it: the time of the message, if left out. ISO. */
  since?: string;
}
