import { createHash } from "node:crypto";
import type { Request, RequestHandler, Response } from "express";
import type { Database } from "../../db/connect.js";
import { findToken, noteTokenUse } from "../../db/access/tokens.js";
import { rolesOfPeople } from "../../domain/access/roles.js";
import { type Audience, rolesOf } from "../contract/route.js";
import { agentToken, machineOfToken } from "../../db/machines/agent-token.js";
import { isSameSecret } from "../../source/same-secret.js";
import { type Caller, callerOfResponse, gridToken, remember } from "./caller.js";
import { Problem } from "./problem.js";
import { assertInScope, assertPageInScope } from "./project-scope.js";
import type { RouteName } from "../contract/routes.js";
import { limitRequests } from "./rate-limits.js";
import { assertSameRequest } from "./request-identity.js";
import { refuseOtherSites } from "./same-site.js";
import { bearerOf, signIn } from "./session.js";

/**
 * Lets a caller through who may use a route. The audience of each route is in `api/contract/*-routes.ts`, and its roles are in
 * `api/contract/route.ts`.
 */
export interface Access {
  allow(audience: Audience): RequestHandler;
  /** For pages, after `allow`. */
  allowPage: RequestHandler;
  /** Refuses an idempotency key that belongs to another request. @throws Problem */
  assertSameRequest(request: Request): Promise<void>;
  /** Limits the requests of each token. */
  limit: RequestHandler;
  /** Limits a token for one project to that project. @throws Problem */
  assertInScope(caller: Caller, name: RouteName, params: Record<string, unknown>): Promise<void>;
  /** The bearer of a token; undefined if it is not valid. */
  bearer(token: string): Promise<Caller | undefined>;
  /** The bearer of a stored token, or of the one that the grid was started with; undefined if there is none. */
  bearerOfId(tokenId: string): Promise<Caller | undefined>;
  /** The bearer of a request's token or session; undefined if it has no valid one. */
  callerOf(request: Request): Promise<Caller | undefined>;
  /** Signs a browser in as the bearer of a token. */
  signIn(request: Request, caller: Caller): void;
}

/**
 * @param token the admin token that the grid was started with; it is valid even while the database is away
 * @param secretKey the key from which the tokens of the grid's own agents are derived
 */
export function createAccess(database: Database, token: string, secretKey: string): Access {
  const own = hashToken(token);

  async function bearer(given: string): Promise<Caller | undefined> {
    const hash = hashToken(given);
    if (isSameSecret(hash, own)) return gridToken;
    return ownAgent(given, secretKey) ?? stored({ hash });
  }

  /** Reads the token from the database each time, so that a revoked token is invalid at once. */
  async function stored(key: Parameters<typeof findToken>[1]): Promise<Caller | undefined> {
    const found = await findToken(database, key);
    // Requests that only read must work even if a full disk prevents this write.
    if (found !== undefined) void noteTokenUse(database, found.tokenId).catch(() => undefined);
    return found;
  }

  /** Finds the caller by the token in the header, or else by the session of the browser. */
  async function callerOf(request: Request): Promise<Caller | undefined> {
    const [, given] = /^Bearer (\S+)$/.exec(request.headers.authorization ?? "") ?? [];
    if (given !== undefined) return bearer(given);
    const session = bearerOf(request, own);
    if (session === undefined) return undefined;
    // A browser sends the cookie even with requests that other sites trigger.
    if (request.method !== "GET" && request.method !== "HEAD") refuseOtherSites(request);
    return bearerOfId(session);
  }

  async function bearerOfId(tokenId: string): Promise<Caller | undefined> {
    return tokenId === gridToken.tokenId ? gridToken : stored({ tokenId });
  }

  async function admit(request: Request, response: Response, audience: Exclude<Audience, "everyone">): Promise<void> {
    const caller = await callerOf(request);
    if (caller === undefined)
      throw new Problem(
        "no-token",
        "this needs a valid token: `Authorization: Bearer <token>`; `holdfast up` writes one to <data>/token, `holdfast token create` makes others",
      );
    remember(response, caller);
    if (!rolesOf[audience].includes(caller.role))
      throw new Problem(
        "wrong-role",
        `${request.method} ${request.baseUrl}${request.path} is for ${rolesOf[audience].join(", ")} tokens, not for ${caller.role} tokens`,
      );
  }

  /** Like `admit`, but redirects a browser that follows a link and is not signed in to the sign-in page. */
  async function admitOrRedirect(request: Request, response: Response, audience: Exclude<Audience, "everyone">) {
    try {
      await admit(request, response, audience);
      return true;
    } catch (error) {
      const isLink = request.method === "GET" && request.accepts(["json", "html"]) === "html";
      if (!(error instanceof Problem) || error.code !== "no-token" || !isLink) throw error;
      response.redirect(303, `/sign-in?to=${encodeURIComponent(request.originalUrl)}`);
      return false;
    }
  }

  return {
    bearer,
    bearerOfId,
    callerOf,
    allowPage: async (request, response, next) => {
      const caller = callerOfResponse(response);
      if (caller !== undefined) await assertPageInScope(database, caller, request.path);
      next();
    },
    assertSameRequest: (request) => assertSameRequest(database, request),
    limit: limitRequests(),
    assertInScope: (caller, name, params) => assertInScope(database, caller, name, params),
    signIn: (request, caller) => signIn(request, caller, own),
    allow: (audience) => async (request, response, next) => {
      if (audience === "everyone" || (await admitOrRedirect(request, response, audience))) next();
    },
  };
}

/** The stored hash of a token. Tokens are long and random, so a plain hash cannot be reversed. */
export function hashToken(token: string): string {
  return createHash("sha256").update(token).digest("hex");
}

/** Whether a caller may sign in to the page: agents may not. */
export function isPerson({ role }: Caller): boolean {
  return rolesOfPeople.some((known) => known === role);
}

function ownAgent(given: string, secretKey: string): Caller | undefined {
  const machine = machineOfToken(given);
  if (machine === undefined || !isSameSecret(hashToken(given), hashToken(agentToken(machine, secretKey))))
    return undefined;
  const name = `agent ${machine}`;
  return { tokenId: name, name, role: "agent", machine, address: null, project: null };
}
