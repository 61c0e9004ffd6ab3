import { createHmac } from "node:crypto";
import cookieSession from "cookie-session";
import type { Request, RequestHandler } from "express";
import { type Caller, gridToken } from "./caller.js";

/** The content of the cookie of a signed-in browser. The cookie is signed. */
interface Session {
  tokenId?: string;
  /** The start of the hash of the token that the grid was started with. A grid with another token ends the session. */
  of?: string;
  /** In ms since 1970. */
  until?: number;
  /** Sign-ins at an OpenID Connect provider that have begun; each tab may have one. */
  pending?: PendingSignIn[];
}

/** What must come back from an OpenID Connect provider, and the page to open after that. */
export interface PendingSignIn {
  state: string;
  nonce: string;
  verifier: string;
  target: string;
  /** In ms since 1970. */
  until: number;
}

const mostPending = 3;

const lastsMs = 7 * 86_400_000;
const hashPart = 16;

/**
 * Reads and writes the cookie of a signed-in browser. All ports of a host share cookies, so the name contains the port.
 * @param publicUrl the grid's address; if it has https, the cookie is sent only over https
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

/** The id of the token that a browser is signed in with; undefined if it is not signed in. @param own see `signIn` */
export function bearerOf(request: Request, own: string): string | undefined {
  const { tokenId, of, until = 0 } = sessionOf(request);
  if (tokenId === undefined || until < Date.now()) return undefined;
  return tokenId === gridToken.tokenId && of !== own.slice(0, hashPart) ? undefined : tokenId;
}

/** Stores what a sign-in at a provider needs when the browser comes back. */
export function rememberSignIn(request: Request, pending: PendingSignIn): void {
  const session = sessionOf(request);
  const others = (session.pending ?? []).filter(({ until }) => until > Date.now());
  request.session = { ...session, pending: [pending, ...others].slice(0, mostPending) };
}

/** Removes and returns the sign-in that comes back; undefined if this browser has begun none with that state. */
export function takeSignIn(request: Request, state: unknown): PendingSignIn | undefined {
  const session = sessionOf(request);
  const found = session.pending?.find((one) => one.state === state && one.until > Date.now());
  request.session = { ...session, pending: session.pending?.filter((one) => one !== found) ?? [] };
  return found;
}
