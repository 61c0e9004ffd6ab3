import { sql } from "kysely";
import type { Logger } from "pino";
import type { Database } from "../../db/connect.js";
import { iso } from "../../db/connect.js";
import { readGridConfig } from "../../db/grid.js";

const timeoutMs = 5_000;
/** Mails that wait for so long are as good as a relay that is down. */
const lateMs = 15 * 60_000;

/** Reaches admins where mail does not: a webhook while the relay is down, and a dead-man's ping that stops when the grid does. */
export class Alarm {
  readonly #database: Database;
  readonly #log: Logger;
  #pingedAt = 0;

  constructor(database: Database, log: Logger) {
    this.#database = database;
    this.#log = log;
  }

  async pass(): Promise<void> {
    const { alarm } = await readGridConfig(this.#database);
    const canMail = await this.#canMail();
    if (!canMail && alarm.webhook !== undefined) await this.#callWebhook(alarm.webhook);
    if (!canMail || alarm["dead-man"] === undefined || Date.now() - this.#pingedAt < alarm.every) return;
    this.#pingedAt = Date.now();
    await this.#send(alarm["dead-man"], undefined);
  }

  async #canMail(): Promise<boolean> {
    const result = await sql<{ down: boolean; late: boolean }>`
      select exists (select 1 from outages where service = 'grid/relay' and ended_at is null) as down,
        exists (select 1 from outbox where sent_at is null and refused_at is null and created_at < now() - make_interval(secs => ${lateMs / 1000})) as late`.execute(
      this.#database,
    );
    const row = result.rows[0];
    return row?.down !== true && row?.late !== true;
  }

  /** Tells of every open outage once. What is told is marked before, and the mark taken back if nobody heard. */
  async #callWebhook(address: string): Promise<void> {
    const { rows: outages } = await sql<{ outageId: string; service: string; since: string; detail: string }>`
      update outages set webhook_at = now() where ended_at is null and webhook_at is null and kind = 'unplanned'
      returning outage_id as "outageId", service, ${iso("started_at")} as since, detail`.execute(this.#database);
    if (outages.length === 0) return;
    const text = `Holdfast cannot send mail. Down: ${outages.map(({ service, since }) => `${service} since ${since}`).join(", ")}`;
    if (await this.#send(address, { text, outages })) return;
    await sql`update outages set webhook_at = null where outage_id = any(${outages.map(({ outageId }) => outageId)})`.execute(
      this.#database,
    );
  }

  async #send(address: string, body: unknown): Promise<boolean> {
    try {
      const answer = await fetch(address, {
        signal: AbortSignal.timeout(timeoutMs),
        ...(body === undefined
          ? {}
          : { method: "POST", headers: { "content-type": "application/json" }, body: JSON.stringify(body) }),
      });
      if (!answer.ok) this.#log.warn({ address, status: answer.status }, "an alarm was not taken");
      return answer.ok;
    } catch (error) {
      this.#log.warn({ address, error: (error as Error).message }, "an alarm could not be sent");
      return false;
    }
  }
}
