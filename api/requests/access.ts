import { createHash } from "node:crypto";
import type { Request, RequestHandler, Response } from "express";
import type { Database } from "../../db/connect.js";
import { findToken } from "../../db/access/tokens.js";
import type { Role } from "../../domain/access/roles.js";
import { agentToken, machineOfToken } from "../../db/machines/agent-token.js";
import { isSameSecret } from "../../source/same-secret.js";
import { type Caller, gridToken, remember } from "./caller.js";
import { Problem } from "./problem.js";

/** Who may do what. Reading is free to all who reach the API, but for what says otherwise. */
export interface Access {
  /** Lets through who may change what the request changes. */
  toChange: RequestHandler;
  /** Lets through only bearers of these roles, reading or not. */
  only(...roles: Role[]): RequestHandler;
}

/** What may be changed by others than admins, below /api/v1. Whatever is not named here is the admins'. */
const changes: Record<Exclude<Role, "admin">, RegExp[]> = {
  agent: [/^\/machines\/[^/]+\/reports$/, /^\/leases\//],
  user: [
    /^\/sources$/,
    /^\/submissions(\/|$)/,
    /^\/jobs\/[^/]+\/(cancel|rerun|not-my-code|skip-wait)$/,
    /^\/preferences\//,
  ],
};

/**
 * @param token the one that the grid was started with: an admin's, and valid even while the database is away
 * @param secretKey from which the tokens of the grid's own agents are derived
 */
export function createAccess(database: Database, token: string, secretKey: string): Access {
  const own = hashToken(token);

  async function callerOf(request: Request): Promise<Caller> {
    const [, given] = /^Bearer (\S+)$/.exec(request.headers.authorization ?? "") ?? [];
    if (given !== undefined) {
      const hash = hashToken(given);
      if (isSameSecret(hash, own)) return gridToken;
      const agent = ownAgent(given, secretKey);
      if (agent !== undefined) return agent;
      // Read from the database each time, so that a revoked token is invalid at once.
      const found = await findToken(database, hash);
      if (found !== undefined) return found;
    }
    throw new Problem(
      401,
      "no-token",
      "this needs a valid token: `Authorization: Bearer <token>`; `holdfast up` writes one to <data>/token, `holdfast token create` makes others",
    );
  }

  async function identify(request: Request, response: Response): Promise<Caller> {
    const caller = await callerOf(request);
    remember(response, caller);
    return caller;
  }

  return {
    async toChange(request, response, next) {
      if (request.method === "GET" || request.method === "HEAD") return next();
      const { role } = await identify(request, response);
      if (role === "admin" || changes[role].some((path) => path.test(request.path))) return next();
      throw new Problem(403, "wrong-role", `${request.method} ${request.path} is not for tokens of ${role}s`);
    },
    only:
      (...roles) =>
      async (request, response, next) => {
        const { role } = await identify(request, response);
        if (roles.includes(role)) return next();
        throw new Problem(403, "wrong-role", `this is for ${roles.join(" and ")} tokens, not for tokens of ${role}s`);
      },
  };
}

/** What is kept of a token: it is long and random, so that a plain hash cannot be turned back. */
export function hashToken(token: string): string {
  return createHash("sha256").update(token).digest("hex");
}

function ownAgent(given: string, secretKey: string): Caller | undefined {
  const machine = machineOfToken(given);
  if (machine === undefined || !isSameSecret(hashToken(given), hashToken(agentToken(machine, secretKey))))
    return undefined;
  return { tokenId: `agent ${machine}`, name: `agent ${machine}`, role: "agent", machine, address: null };
}
