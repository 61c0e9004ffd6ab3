import { Client } from "@temporalio/client";
import { NativeConnection, Runtime, type WorkerOptions } from "@temporalio/worker";
import { connectionOptions, type TemporalAccess } from "./temporal-connection.js";

/** Connects, and waits for a server that is still starting. Worker and client share one connection. */
export async function connectTemporal(
  access: TemporalAccess & { namespace: string },
): Promise<{ connection: NativeConnection; client: Client }> {
  Runtime.install({
    logger: { log() {}, trace() {}, debug() {}, info() {}, warn: print, error: print },
    shutdownSignals: [],
  });
  for (let tries = 0; ; tries++) {
    try {
      const connection = await NativeConnection.connect(connectionOptions(access));
      return { connection, client: new Client({ connection, namespace: access.namespace }) };
    } catch (error) {
      if (tries === 100) throw error;
      await new Promise((resolve) => setTimeout(resolve, 300));
    }
  }
}

const quietMs = 30_000;
/** When each kind of line was last written. */
const written = new Map<string, number>();

/** Activities that wait for a server are retried several times a second. The same line is logged at most twice a minute. */
function print(message: string, meta?: unknown): void {
  const { error, activityType } = (meta ?? {}) as { error?: { message?: string }; activityType?: string };
  const kind = [message, activityType, error?.message].join(" ");
  if (Date.now() - (written.get(kind) ?? 0) < quietMs) return;
  if (written.size > 500) written.clear();
  written.set(kind, Date.now());
  process.stderr.write(
    `${JSON.stringify({ from: "temporal", message, meta }, (_key, value) => (typeof value === "bigint" ? String(value) : value))}\n`,
  );
}

/** Options of all workers: they end fast, and dead ones are replaced fast. */
export const commonWorkerOptions = {
  shutdownGraceTime: 0,
  shutdownForceTime: "5s",
  stickyQueueScheduleToStartTimeout: "2s",
} as const satisfies Partial<WorkerOptions>;
