import { route } from "./route.js";

export const webhooksRoutes = {
  listWebhooks: route("GET", "/webhooks", "operator", 200, "List the webhooks"),
  createWebhook: route(
    "POST",
    "/webhooks",
    "operator",
    201,
    "Create a webhook; the answer has the secret that signs its messages",
    ["repeated-request", "wrong-address"],
  ),
  deleteWebhook: route("DELETE", "/webhooks/{webhookId}", "operator", 200, "Delete a webhook", ["unknown-webhook"]),
  listDeliveries: route(
    "GET",
    "/webhooks/{webhookId}/deliveries",
    "operator",
    200,
    "The deliveries of a webhook, the latest first",
  ),
  retryDelivery: route(
    "POST",
    "/webhooks/{webhookId}/deliveries/{deliveryId}/retry",
    "operator",
    202,
    "Send a delivery again",
    ["nothing-to-retry"],
  ),
};
