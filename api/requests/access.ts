import { createHash } from "node:crypto";
import type { Request, RequestHandler } from "express";
import type { Database } from "../../db/connect.js";
import { findToken } from "../../db/access/tokens.js";
import { type Role, roles } from "../../domain/access/roles.js";
import type { Audience } from "../contract/route.js";
import { agentToken, machineOfToken } from "../../db/machines/agent-token.js";
import { isSameSecret } from "../../source/same-secret.js";
import { type Caller, gridToken, remember } from "./caller.js";
import { Problem } from "./problem.js";

/** Lets through who may use a route. */
export interface Access {
  allow(audience: Audience): RequestHandler;
}

/** The roles of those who may use a route. */
export const rolesOf: Record<Exclude<Audience, "everyone">, readonly Role[]> = {
  "any token": roles,
  user: ["user", "admin"],
  agent: ["agent", "admin"],
  admin: ["admin"],
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
      "no-token",
      "this needs a valid token: `Authorization: Bearer <token>`; `holdfast up` writes one to <data>/token, `holdfast token create` makes others",
    );
  }

  return {
    allow: (audience) => async (request, response, next) => {
      if (audience === "everyone") return next();
      const caller = await callerOf(request);
      remember(response, caller);
      if (rolesOf[audience].includes(caller.role)) return next();
      throw new Problem(
        "wrong-role",
        `${request.method} ${request.baseUrl}${request.path} is for ${rolesOf[audience].join(" and ")} tokens, not for ${caller.role} tokens`,
      );
    },
  };
}

/** The stored hash of a token. Tokens are long and random, so a plain hash cannot be reversed. */
export function hashToken(token: string): string {
  return createHash("sha256").update(token).digest("hex");
}

function ownAgent(given: string, secretKey: string): Caller | undefined {
  const machine = machineOfToken(given);
  if (machine === undefined || !isSameSecret(hashToken(given), hashToken(agentToken(machine, secretKey))))
    return undefined;
  return { tokenId: `agent ${machine}`, name: `agent ${machine}`, role: "agent", machine, address: null };
}
