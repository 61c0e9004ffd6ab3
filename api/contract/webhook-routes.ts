import { route } from "./route.js";

export const webhooksRoutes = {
  listWebhooks: route("GET", "/webhooks", "operator", 200, "Addresses that are told what happens"),
  createWebhook: route(
    "POST",
    "/webhooks",
    "operator",
    201,
    "Tell an address what happens; the answer has the secret that signs it",
    ["repeated-request", "wrong-address"],
  ),
  deleteWebhook: route("DELETE", "/webhooks/{webhookId}", "operator", 200, "Tell an address no more", [
    "unknown-webhook",
  ]),
  listDeliveries: route("GET", "/webhooks/{webhookId}/deliveries", "operator", 200, "What was sent, the latest first"),
  retryDelivery: route(
    "POST",
    "/webhooks/{webhookId}/deliveries/{deliveryId}/retry",
    "operator",
    202,
    "Send something again",
    ["nothing-to-retry"],
  ),
};
