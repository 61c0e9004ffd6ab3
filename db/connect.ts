import { Kysely, PostgresDialect, type Transaction } from "kysely";
import pg from "pg";
import type { Schema } from "./schema.js";

export type Database = Kysely<Schema>;
/** A database or a transaction in it: what most queries need. */
export type Queries = Database | Transaction<Schema>;

/** The channels of NOTIFY. */
export const channels = { dispatch: "holdfast_dispatch", outbox: "holdfast_outbox", services: "holdfast_services" } as const;

// 64-bit counts and offsets stay far below 2^53.
pg.types.setTypeParser(pg.types.builtins.INT8, Number);

/**
 * Opens a pool. A frozen process must not keep locks or transactions, hence the server-side time limits.
 * @param url a `postgres://` address
 */
export function connectDatabase(url: string, connections: number): { database: Database; pool: pg.Pool } {
  const pool = new pg.Pool({
    connectionString: url,
    max: connections,
    connectionTimeoutMillis: 5_000,
    statement_timeout: 30_000,
    idle_in_transaction_session_timeout: 5_000,
    keepAlive: true,
    keepAliveInitialDelayMillis: 5_000,
  });
  // A connection that breaks while idle is replaced by the pool; the next query reports what matters.
  pool.on("error", () => undefined);
  return { database: new Kysely<Schema>({ dialect: new PostgresDialect({ pool }) }), pool };
}
