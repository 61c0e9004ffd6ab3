import { sql } from "kysely";
import type { Queries } from "../connect.js";

/** Stores a link that signs a browser in once as the bearer of a token. Deletes links that have expired. */
export async function insertSignInLink(
  queries: Queries,
  link: { hash: string; tokenId: string; lastsMs: number },
): Promise<void> {
  await sql`
    with old as (delete from sign_in_links where expires_at < now())
    insert into sign_in_links (link_hash, token_id, expires_at)
    values (${link.hash}, ${link.tokenId}, now() + make_interval(secs => ${link.lastsMs / 1000}))`.execute(queries);
}

/** Uses up a link. Returns the token whose bearer it signs in; undefined if the link was used before, or has expired. */
export async function takeSignInLink(queries: Queries, hash: string): Promise<string | undefined> {
  const result = await sql<{ tokenId: string }>`
    delete from sign_in_links where link_hash = ${hash} and expires_at > now() returning token_id`.execute(queries);
  return result.rows[0]?.tokenId;
}
