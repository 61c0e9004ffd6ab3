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
  /** Sign-ins at an OpenID Connect provider that have begun; each tab may have one. */
  pending?: PendingSignIn[];
}

/** What must come back from an OpenID Connect provider, and where to go then. */
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

/** Keeps what a sign-in at a provider needs when it comes back. */
export function rememberSignIn(request: Request, pending: PendingSignIn): void {
  const session = sessionOf(request);
  const others = (session.pending ?? []).filter(({ until }) => until > Date.now());
  request.session = { ...session, pending: [pending, ...others].slice(0, mostPending) };
}

/** The sign-in that comes back, which is used up; undefined if this browser has begun none with that state. */
export function takeSignIn(request: Request, state: unknown): PendingSignIn | undefined {
  const session = sessionOf(request);
  const found = session.pending?.find((one) => one.state === state && one.until > Date.now());
  request.session = { ...session, pending: session.pending?.filter((one) => one !== found) ?? [] };
  return found;
}
