import pg from "pg";

/** Connections that stay open, because it takes PostgreSQL longer to open one than to answer a query. */
export function openPool(connectionString: string): pg.Pool {
  const pool = new pg.Pool({ connectionString, max: 2, idleTimeoutMillis: 5_000 });
  // The pool replaces a connection that breaks.
  pool.on("error", () => undefined).on("connect", (client) => client.on("error", () => undefined));
  return pool;
}

/** @returns the rows */
export async function queryWith<T>(pool: pg.Pool, text: string, values: unknown[]): Promise<T[]> {
  const client = await pool.connect();
  let error: Error | undefined;
  try {
    return (await client.query(text, values)).rows as T[];
  } catch (caught) {
    error = caught as Error;
    throw caught;
  } finally {
    // After an error, the connection is closed: PostgreSQL may have been restarted.
    client.release(error);
  }
}
