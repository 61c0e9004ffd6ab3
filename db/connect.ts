import { CamelCasePlugin, Kysely, PostgresDialect, sql, type RawBuilder, type Transaction } from "kysely";
import pg from "pg";

/** Queries are SQL (`sql`); their rows have camel-case keys: `job_id` is `jobId`. Keys within JSON are not changed. */
export type Database = Kysely<unknown>;
/** A database or a transaction in it: what most queries need. */
export type Queries = Database | Transaction<unknown>;

/** The channels of NOTIFY. */
export const channels = {
  dispatch: "holdfast_dispatch",
  outbox: "holdfast_outbox",
  starts: "holdfast_starts",
} as const;

// 64-bit counts and offsets are far below 2^53.
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
  pool.on("connect", (client) => {
    // Without a listener a connection that breaks while it is in use would end the process; its query reports the error.
    client.on("error", () => undefined);
    prepareStatements(client);
  });
  // The pool replaces a connection that breaks while idle; the next query reports real problems.
  pool.on("error", () => undefined);
  const plugins = [new CamelCasePlugin({ maintainNestedObjectKeys: true })];
  return { database: new Kysely<unknown>({ dialect: new PostgresDialect({ pool }), plugins }), pool };
}

/** Sends a query that any database can answer. @throws Error if there is no answer */
export async function pingDatabase(queries: Queries): Promise<void> {
  await sql`select 1`.execute(queries);
}

/**
 * Checks over a separate connection whether a database answers: a busy pool says nothing about the server.
 * @throws Error with the reason why it does not
 */
export async function askDatabase(url: string, timeoutMs: number): Promise<string> {
  const client = new pg.Client({
    connectionString: url,
    connectionTimeoutMillis: timeoutMs,
    query_timeout: timeoutMs,
  });
  client.on("error", () => undefined);
  try {
    await client.connect();
    await client.query("select 1");
    return "answers queries";
  } finally {
    // A hanging server closes the connection late.
    void client.end().catch(() => undefined);
  }
}

const statementNames = new Map<string, string>();

/** Lets the server plan each statement once for a connection; planning takes longer than most of them run. */
function prepareStatements(client: pg.PoolClient): void {
  const query = client.query.bind(client) as (config: unknown, values?: unknown) => unknown;
  client.query = ((text: unknown, values?: unknown) => {
    if (typeof text !== "string" || !Array.isArray(values) || values.length === 0) return query(text, values);
    const name = statementNames.get(text) ?? `s${statementNames.size}`;
    statementNames.set(text, name);
    return query({ name, text, values: values.map(storable) });
  }) as typeof client.query;
}

/** PostgreSQL cannot store a NUL character in a text. */
function storable(value: unknown): unknown {
  return typeof value === "string" && value.includes("\0") ? value.replaceAll("\0", "\ufffd") : value;
}

/** JSON that PostgreSQL accepts, whatever bytes a test or probe has printed: without NUL characters and lone surrogates. */
export function toJson(value: unknown): string {
  return JSON.stringify(value, (_key, inner: unknown) =>
    typeof inner === "string" ? inner.replaceAll("\0", "\ufffd").replaceAll(/[\ud800-\udfff]/gu, "\ufffd") : inner,
  );
}

/** The SQL for a time column as ISO text. */
export function iso(column: string): RawBuilder<unknown> {
  return sql.raw(`to_char(${column} at time zone 'utc', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')`);
}

/**
 * Does work within a transaction. If the database refuses its data, undoes this work and returns the reason, and the
 * transaction continues. Other errors are thrown.
 */
export async function unlessRefused<T>(
  transaction: Queries,
  work: () => Promise<T>,
): Promise<{ result: T } | { refusal: string }> {
  await sql`savepoint work`.execute(transaction);
  try {
    return { result: await work() };
  } catch (error) {
    // Classes 22, 23 and 54 of SQLSTATE: the data are invalid, violate a constraint, or exceed a limit.
    if (!/^(22|23|54)/.test((error as { code?: string }).code ?? "")) throw error;
    await sql`rollback to savepoint work`.execute(transaction);
    return { refusal: (error as Error).message };
  }
}
