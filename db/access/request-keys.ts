import { sql } from "kysely";
import type { Queries } from "../connect.js";

/** Stores the key of a request. Returns the hash of the request for which the key was first used. */
export async function noteKey(queries: Queries, tokenId: string, key: string, requestHash: string): Promise<string> {
  const result = await sql<{ requestHash: string }>`
    insert into request_keys (token_id, key, request_hash) values (${tokenId}, ${key}, ${requestHash})
    on conflict (token_id, key) do update set key = excluded.key returning request_hash`.execute(queries);
  return result.rows[0]?.requestHash ?? requestHash;
}
