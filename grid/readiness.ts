import { connect } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import pg from "pg";

const timeoutMs = 120_000;
/** How often a long wait is reported. */
const wordMs = 4_000;

/** Something did not come up in time; the message says what and where its log is. */
export class NotReadyError extends Error {
  override name = "NotReadyError";
}

export interface Waiting {
  /** Aborts the wait. */
  signal: AbortSignal;
  /** Called every few seconds with what the wait is for. */
  announce: (line: string) => void;
}

/** Tries until `ready` resolves. @throws NotReadyError with the last reason, or the signal's reason if it aborts */
export async function waitUntil(
  what: string,
  log: string,
  { signal, announce }: Waiting,
  ready: () => Promise<unknown>,
): Promise<void> {
  const deadline = Date.now() + timeoutMs;
  let nextWord = Date.now() + wordMs;
  for (;;) {
    signal.throwIfAborted();
    if (Date.now() > nextWord) {
      announce(`… waiting for ${what}; its log: ${log}`);
      nextWord += wordMs;
    }
    try {
      await ready();
      return;
    } catch (error) {
      if (Date.now() > deadline)
        throw new NotReadyError(
          `${what} did not come up within ${timeoutMs / 1_000} s: ${(error as Error).message}; its log: ${log}`,
        );
      await sleep(50);
    }
  }
}

export async function databaseAnswers(url: string): Promise<void> {
  const client = new pg.Client({ connectionString: url, connectionTimeoutMillis: 2_000 });
  client.on("error", () => undefined);
  try {
    await client.connect();
    await client.query("select 1");
  } finally {
    await client.end().catch(() => undefined);
  }
}

export function portAnswers(port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    const socket = connect({ host: "127.0.0.1", port }, () => {
      socket.destroy();
      resolve();
    });
    socket.on("error", reject);
  });
}
