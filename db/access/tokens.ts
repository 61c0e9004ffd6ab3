import { sql } from "kysely";
import type { Role } from "../../domain/access/roles.js";
import { iso, type Queries } from "../connect.js";

/** A token without its secret. Times are ISO. */
export interface TokenView {
  tokenId: string;
  name: string;
  role: Role;
  /** The machine of an agent's token, the mail address of its bearer, and the only project that it is for; null if none. */
  machine: string | null;
  address: string | null;
  project: string | null;
  createdBy: string;
  createdAt: string;
  expiresAt: string | null;
  /** Accurate to the minute. */
  lastUsedAt: string | null;
  revokedAt: string | null;
}

/** Returns false if there is a token with this id already. */
export async function insertToken(
  queries: Queries,
  token: {
    tokenId: string;
    name: string;
    role: Role;
    machine: string | null;
    address: string | null;
    project: string | null;
    hash: string;
    by: string;
    lastsMs: number | null;
  },
): Promise<boolean> {
  const result = await sql`
    insert into tokens (token_id, name, role, machine, address, project, token_hash, created_by, expires_at)
    values (${token.tokenId}, ${token.name}, ${token.role}, ${token.machine}, ${token.address}, ${token.project}, ${token.hash}, ${token.by}, now() + make_interval(secs => ${token.lastsMs === null ? null : token.lastsMs / 1000}))
    on conflict (token_id) do nothing`.execute(queries);
  return Number(result.numAffectedRows ?? 0) > 0;
}

/**
 * Stores the token of a person who has just signed in with OpenID Connect. A later sign-in renews it, with the role that they
 * have then. Its text is never shown. After a revocation, the next sign-in creates a new one.
 * @returns its id
 */
export async function upsertTokenOfPerson(
  queries: Queries,
  person: {
    tokenId: string;
    subject: string;
    name: string;
    role: Role;
    address: string | null;
    hash: string;
    lastsMs: number;
  },
): Promise<string> {
  const result = await sql<{ tokenId: string }>`
    insert into tokens (token_id, subject, name, role, address, token_hash, created_by, expires_at)
    values (${person.tokenId}, ${person.subject}, ${person.name}, ${person.role}, ${person.address}, ${person.hash}, ${person.name}, now() + make_interval(secs => ${person.lastsMs / 1000}))
    on conflict (subject) where revoked_at is null
    do update set name = excluded.name, role = excluded.role, address = excluded.address, expires_at = excluded.expires_at
    returning token_id`.execute(queries);
  return result.rows[0]!.tokenId;
}

/** Ends the sessions of a person. */
export async function revokeTokenOfPerson(queries: Queries, subject: string): Promise<void> {
  await sql`update tokens set revoked_at = now() where subject = ${subject} and revoked_at is null`.execute(queries);
}

/** All tokens, the latest first. */
export async function readTokens(queries: Queries): Promise<TokenView[]> {
  const result = await sql<TokenView>`
    select token_id, name, role, machine, address, project, created_by, ${iso("created_at")} as "createdAt",
      ${iso("expires_at")} as "expiresAt", ${iso("last_used_at")} as "lastUsedAt", ${iso("revoked_at")} as "revokedAt"
    from tokens order by created_at desc, token_id`.execute(queries);
  return result.rows;
}

/** Returns the token's name; undefined if there is no such token that is still valid. */
export async function revokeToken(queries: Queries, tokenId: string): Promise<string | undefined> {
  const result = await sql<{ name: string }>`
    update tokens set revoked_at = now() where token_id = ${tokenId} and revoked_at is null returning name`.execute(
    queries,
  );
  return result.rows[0]?.name;
}

/** The bearer of a token. */
export type TokenBearer = Pick<TokenView, "tokenId" | "name" | "role" | "machine" | "address" | "project">;

/** The token with this hash, or with this id; undefined if there is none that is valid now. */
export async function findToken(
  queries: Queries,
  key: { hash: string } | { tokenId: string },
): Promise<TokenBearer | undefined> {
  const isIt = "hash" in key ? sql`token_hash = ${key.hash}` : sql`token_id = ${key.tokenId}`;
  const result = await sql<TokenBearer>`
    select token_id, name, role, machine, address, project from tokens
    where ${isIt} and revoked_at is null and (expires_at is null or expires_at > now())`.execute(queries);
  return result.rows[0];
}

/** Records that a token was used, at most once a minute. */
export async function noteTokenUse(queries: Queries, tokenId: string): Promise<void> {
  await sql`
    update tokens set last_used_at = now()
    where token_id = ${tokenId} and (last_used_at is null or last_used_at < now() - interval '1 minute')`.execute(
    queries,
  );
}
