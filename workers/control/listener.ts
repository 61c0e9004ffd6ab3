import pg from "pg";
import type { Logger } from "pino";
import { startLoop } from "../process/loop.js";

/** Calls `hear` at each notice on a channel. Broken connections are replaced; `prepare` is called with each new one. */
export function listenFor(
  databaseUrl: string,
  channel: string,
  hear: () => void,
  log: Logger,
  prepare: (client: pg.Client) => Promise<void> = async () => undefined,
): { stop(): Promise<void> } {
  let close: () => void = () => undefined;
  const loop = startLoop(`listen ${channel}`, 1_000, log, async () => {
    const client = new pg.Client({ connectionString: databaseUrl, keepAlive: true });
    const broken = new Promise<void>((resolve) => {
      client.on("error", () => resolve());
      client.on("end", () => resolve());
      close = resolve;
    });
    client.on("notification", hear);
    await client.connect();
    await prepare(client);
    await client.query(`listen ${channel}`);
    hear();
    await broken;
    await client.end().catch(() => undefined);
    return "done";
  });
  return {
    stop: async () => {
      close();
      await loop.stop();
    },
  };
}
