import { readFileSync } from "node:fs";
import { type Command, Option } from "@commander-js/extra-typings";
import { chosenEvents, webhookFormats } from "../../domain/webhooks/webhook-message.js";
import { connectGrid, type Context, type GlobalOptions } from "../context.js";
import { formatTable, shorten, resultPrinter } from "../table.js";
import { authorOf } from "./admin.js";

/** Webhooks: addresses that are notified of verdicts, holds and outages. */
export function addWebhook(program: Command<[], GlobalOptions>, context: Context): void {
  const grid = () => connectGrid(program.opts(), context);
  const show = resultPrinter(context.print);
  const webhook = program.command("webhook").description("notify addresses and chats");

  webhook
    .command("create")
    .description("create a webhook; prints the secret that signs its messages")
    .argument("<url>")
    .addOption(new Option("--format <format>", "the message itself, or a message for a chat").choices(webhookFormats))
    .addOption(new Option("--events <event...>", "which events to send").choices(chosenEvents))
    .option("--project <name>", "only jobs of this project")
    .option("--token-file <path>", "the token of a forge, for the status of commits; `-` reads it from the input")
    .option("--json")
    .action(async (url, { format, events, project, tokenFile, json }) => {
      const made = await grid().createWebhook({
        url,
        by: authorOf(context.env),
        ...(format === undefined ? {} : { format }),
        ...(events === undefined ? {} : { events: [...events] }),
        ...(project === undefined ? {} : { project }),
        ...(tokenFile === undefined ? {} : { token: readFileSync(tokenFile === "-" ? 0 : tokenFile, "utf8").trim() }),
      });
      show(json, made, made.secret ?? made.webhookId);
      if (json !== true) context.printProgress(`webhook ${made.webhookId}: ${made.events.join(", ")}`);
    });

  webhook
    .command("list")
    .option("--json")
    .action(async ({ json }) => {
      const list = await grid().webhooks();
      const lines = list.webhooks.map((one) => [
        one.webhookId,
        one.url,
        one.format,
        one.project ?? "",
        one.events.join(", "),
      ]);
      show(
        json,
        list,
        lines.length === 0 ? "no webhooks" : formatTable(["id", "url", "format", "project", "events"], lines),
      );
    });

  webhook
    .command("deliveries")
    .description("list what was sent to an address, the latest first")
    .argument("<id>")
    .option("--json")
    .action(async (webhookId, { json }) => {
      const list = await grid().deliveries(webhookId);
      const lines = list.deliveries.map((one) => [
        one.deliveryId,
        one.deliveredAt !== null ? "delivered" : one.givenUpAt !== null ? "given up" : "due",
        String(one.tries),
        shorten(one.text),
        one.lastError ?? "",
      ]);
      show(
        json,
        list,
        lines.length === 0 ? "nothing was sent" : formatTable(["id", "state", "tries", "text", "error"], lines),
      );
    });

  webhook
    .command("resend")
    .description("send a delivery again")
    .argument("<id>", "of the webhook")
    .argument("<delivery>")
    .action(async (webhookId, deliveryId) => {
      await grid().retryDelivery(webhookId, deliveryId);
      context.print(`${deliveryId} is sent again`);
    });

  webhook
    .command("delete")
    .argument("<id>")
    .action(async (webhookId) => {
      const { url } = await grid().deleteWebhook(webhookId);
      context.print(`${url} gets no more messages`);
    });
}
