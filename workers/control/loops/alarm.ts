import { sql } from "kysely";
import type { Logger } from "pino";
import type { Database } from "../../../db/connect.js";
import { iso } from "../../../db/connect.js";
import { readGridConfig } from "../../../db/grid/grid-config.js";
import type { ControlLoop } from "../control-loop.js";

/** Shorter than a transaction may stand idle. */
const timeoutMs = 4_000;
/** Mails that wait this long mean the same as a relay that is down. */
const lateMs = 15 * 60_000;

/** After this long without a heartbeat of the watch, nothing is watched. */
const unwatchedMs = 60_000;
/** Held by the process that calls the webhook. */
const webhookLock = 7_411_005;

/** Reaches admins where mail does not: a webhook while the relay is down, and a dead-man's ping that stops when the grid does. */
export class Alarm implements ControlLoop {
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
    const { canMail, isWell } = await this.#look();
    if (!canMail && alarm.webhook !== undefined) await this.#callWebhook(alarm.webhook);
    if (!canMail || !isWell || alarm["dead-man"] === undefined || Date.now() - this.#pingedAt < alarm.every) return;
    this.#pingedAt = Date.now();
    await this.#send(alarm["dead-man"], undefined);
  }

  async #look(): Promise<{ canMail: boolean; isWell: boolean }> {
    const result = await sql<{ canMail: boolean; isWell: boolean }>`
      select not exists (select 1 from outages where service = 'grid/relay' and ended_at is null)
          and not exists (
            select 1 from outbox where sent_at is null and refused_at is null and created_at < now() - make_interval(secs => ${lateMs / 1000})) as "canMail",
        not exists (select 1 from outages where service like 'grid/%' and kind = 'unplanned' and ended_at is null)
          and not exists (select 1 from services where service = 'grid/control' and last_probe_at < now() - make_interval(secs => ${unwatchedMs / 1000})) as "isWell"`.execute(
      this.#database,
    );
    return result.rows[0] ?? { canMail: true, isWell: true };
  }

  /** Sends every open outage, and records it afterwards. If the process is killed in between, it is sent again. */
  async #callWebhook(address: string): Promise<void> {
    await this.#database.transaction().execute(async (transaction) => {
      const { rows: locks } = await sql<{ isOurs: boolean }>`
        select pg_try_advisory_xact_lock(${webhookLock}) as "isOurs"`.execute(transaction);
      if (locks[0]?.isOurs !== true) return;
      const { rows: outages } = await sql<{ outageId: string; service: string; since: string; detail: string }>`
        select outage_id as "outageId", service, ${iso("started_at")} as since, detail from outages
        where ended_at is null and webhook_at is null and kind = 'unplanned' order by started_at`.execute(transaction);
      if (outages.length === 0) return;
      const text = `Holdfast cannot send mail. Down: ${outages.map(({ service, since }) => `${service} since ${since}`).join(", ")}`;
      if (!(await this.#send(address, { text, outages }))) return;
      await sql`update outages set webhook_at = now() where outage_id = any(${outages.map(({ outageId }) => outageId)})`.execute(
        transaction,
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
      if (!answer.ok) this.#log.warn({ address, status: answer.status }, "an alarm was not taken");
      return answer.ok;
    } catch (error) {
      this.#log.warn({ address, error: (error as Error).message }, "an alarm could not be sent");
      return false;
    }
  }
}
