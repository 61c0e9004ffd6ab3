import { ipKeyGenerator, rateLimit } from "express-rate-limit";
import type { RequestHandler } from "express";
import { callerOfResponse, gridToken } from "./caller.js";
import { Problem } from "./problem.js";

const minuteMs = 60_000;
const requestsPerMinute = 6_000;
const signInsPerMinute = 20;

/**
 * Limits the requests of one token, or of one address without a token. Agents and the token that the grid was started with have
 * no limit, because the grid needs their requests.
 */
export function limitRequests(): RequestHandler {
  return rateLimit({
    windowMs: minuteMs,
    limit: requestsPerMinute,
    standardHeaders: "draft-8",
    legacyHeaders: false,
    skip: (_request, response) => {
      const caller = callerOfResponse(response);
      return caller === gridToken || caller?.role === "agent";
    },
    keyGenerator: ({ ip }, response) => callerOfResponse(response)?.tokenId ?? ipKeyGenerator(ip ?? ""),
    handler: () => {
      throw new Problem(
        "too-many-requests",
        `a token, or an address without one, may send ${requestsPerMinute} requests per minute`,
      );
    },
  });
}

/** Limits sign-in attempts from one address, so that nobody can guess a token. */
export function limitSignIns(): RequestHandler {
  return rateLimit({
    windowMs: minuteMs,
    limit: signInsPerMinute,
    standardHeaders: "draft-8",
    legacyHeaders: false,
    keyGenerator: ({ ip }) => ipKeyGenerator(ip ?? ""),
    handler: () => {
      throw new Problem("too-many-requests", `an address may try to sign in ${signInsPerMinute} times per minute`);
    },
  });
}
