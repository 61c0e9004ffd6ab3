import { sql } from "kysely";
import type { Queries } from "../connect.js";

/** How many bytes a submitter has uploaded today (UTC). */
export async function readUploaded(queries: Queries, submitter: string): Promise<number> {
  const result = await sql<{ bytes: number }>`
    select bytes from uploads where submitter = ${submitter} and day = (now() at time zone 'UTC')::date`.execute(
    queries,
  );
  return result.rows[0]?.bytes ?? 0;
}

/** Adds to what a submitter has uploaded today, and deletes what is older than a week. */
export async function noteUploaded(queries: Queries, submitter: string, bytes: number): Promise<void> {
  await sql`
    with old as (delete from uploads where day < (now() at time zone 'UTC')::date - 7)
    insert into uploads (submitter, day, bytes) values (${submitter}, (now() at time zone 'UTC')::date, ${bytes})
    on conflict (submitter, day) do update set bytes = uploads.bytes + excluded.bytes`.execute(queries);
}
