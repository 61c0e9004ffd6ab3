import { readdirSync } from "node:fs";
import { runner } from "node-pg-migrate";
import pg from "pg";

/** The database was made by a newer Holdfast than this one. */
export class NewerSchemaError extends Error {
  override name = "NewerSchemaError";
}

/**
 * Brings the schema up to date. Several processes may do so at once.
 * @throws NewerSchemaError if the database knows migrations that this version does not.
 */
export async function migrate(url: string, folder: string): Promise<void> {
  const known = new Set(readdirSync(folder).map((file) => file.replace(/\.sql$/, "")));
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    const applied = await appliedMigrations(client);
    const newer = applied.filter((name) => !known.has(name));
    if (newer.length > 0)
      throw new NewerSchemaError(
        `the database has migrations that this version of Holdfast does not know: ${newer.join(", ")}; update Holdfast`,
      );
    if (applied.length === known.size) return;
    await runner({
      dbClient: client,
      dir: folder,
      direction: "up",
      migrationsTable: "migrations",
      advisoryLockMode: "wait",
      log: () => undefined,
    });
  } finally {
    await client.end();
  }
}

async function appliedMigrations(client: pg.Client): Promise<string[]> {
  const table = await client.query("select to_regclass('migrations') as name");
  if (table.rows[0]?.name === null) return [];
  const rows = await client.query("select name from migrations");
  return rows.rows.map((row: { name: string }) => row.name);
}
