import type { Logger } from "pino";
import type { Database } from "../../../db/connect.js";
import { readGridConfig } from "../../../db/grid/grid-config.js";
import { markSentToWebhook, readGridHealth, takeOutagesForWebhook } from "../../../db/services/admin-webhook.js";
import type { ControlLoop } from "../control-loop.js";

/** Shorter than the time for which a transaction may be idle. */
const timeoutMs = 4_000;

/** Reaches admins where mail does not: a webhook while the relay is down, and a dead-man's ping that stops when the grid does. */
export class AdminWebhook implements ControlLoop {
  readonly name = "alarm";
  readonly everyMs = 5_000;
  readonly #database: Database;
  readonly #log: Logger;
  #pingedAt = 0;

  constructor(database: Database, log: Logger) {
    this.#database = database;
    this.#log = log;
  }

  async run(): Promise<void> {
    const { alarm } = await readGridConfig(this.#database);
    const { canMail, isWell } = await readGridHealth(this.#database);
    if (!canMail && alarm.webhook !== undefined) await this.#callWebhook(alarm.webhook);
    if (!canMail || !isWell || alarm["dead-man"] === undefined || Date.now() - this.#pingedAt < alarm.every) return;
    this.#pingedAt = Date.now();
    await this.#send(alarm["dead-man"], undefined);
  }

  /** Sends every open outage, and records it afterwards. If the process is killed in between, it is sent again. */
  async #callWebhook(address: string): Promise<void> {
    await this.#database.transaction().execute(async (transaction) => {
      const outages = await takeOutagesForWebhook(transaction);
      if (outages.length === 0) return;
      const text = `Holdfast cannot send mail. Down: ${outages.map(({ service, since }) => `${service} since ${since}`).join(", ")}`;
      if (!(await this.#send(address, { text, outages }))) return;
      await markSentToWebhook(
        transaction,
        outages.map(({ outageId }) => outageId),
      );
    });
  }

  async #send(address: string, body: unknown): Promise<boolean> {
    try {
      const answer = await fetch(address, {
        signal: AbortSignal.timeout(timeoutMs),
        ...(body === undefined
          ? {}
          : { method: "POST", headers: { "content-type": "application/json" }, body: JSON.stringify(body) }),
      });
      if (!answer.ok) this.#log.warn({ address, status: answer.status }, "an alarm was not accepted");
      return answer.ok;
    } catch (error) {
      this.#log.warn({ address, error: (error as Error).message }, "an alarm could not be sent");
      return false;
    }
  }
}
