import { createHmac } from "node:crypto";
import cookieSession from "cookie-session";
import type { Request, RequestHandler } from "express";
import { type Caller, gridToken } from "./caller.js";

/** What the cookie of a signed-in browser says; it is signed. */
interface Session {
  tokenId?: string;
  /** Of the token that the grid was started with: the start of its hash. With another token its sessions end. */
  of?: string;
  /** In ms since 1970. */
  until?: number;
}

const lastsMs = 7 * 86_400_000;
const hashPart = 16;

/**
 * Reads and writes the cookie of a signed-in browser. Cookies are shared by all ports of a host, hence the port in its name.
 * @param publicUrl the grid's address; with https the cookie is sent over https only
 */
export function sessions(secretKey: string, publicUrl: string): RequestHandler {
  const { protocol, port } = new URL(publicUrl);
  return cookieSession({
    name: `holdfast_page${port}`,
    keys: [createHmac("sha256", secretKey).update("sessions").digest("base64url")],
    httpOnly: true,
    sameSite: "lax",
    secure: protocol === "https:",
    maxAge: lastsMs,
  });
}

function sessionOf(request: Request): Session {
  return (request.session ?? {}) as Session;
}

/** Signs a browser in as the bearer of a token. @param own the hash of the token that the grid was started with */
export function signIn(request: Request, { tokenId }: Caller, own: string): void {
  const of = tokenId === gridToken.tokenId ? { of: own.slice(0, hashPart) } : {};
  request.session = { tokenId, ...of, until: Date.now() + lastsMs };
}

export function signOut(request: Request): void {
  request.session = null;
}

/** The token whose bearer a browser is signed in as; undefined for none. @param own see `signIn` */
export function bearerOf(request: Request, own: string): string | undefined {
  const { tokenId, of, until = 0 } = sessionOf(request);
  if (tokenId === undefined || until < Date.now()) return undefined;
  return tokenId === gridToken.tokenId && of !== own.slice(0, hashPart) ? undefined : tokenId;
}
