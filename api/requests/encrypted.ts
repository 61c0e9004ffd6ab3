import type { RequestHandler } from "express";
import { isFromThisMachine } from "./from-this-machine.js";
import { Problem } from "./problem.js";

/** Refuses unencrypted requests from other machines: those that bypass the proxy, and those whose proxy does not say `https`. */
export const refuseUnencrypted: RequestHandler = (request, _response, next) => {
  // Load balancers request these paths without https and without a token.
  const isHealth = ["/health", "/ready"].includes(request.path);
  if (!request.secure && !isFromThisMachine(request) && !isHealth)
    throw new Problem(
      "not-encrypted",
      "this grid accepts requests from other machines only over https (a proxy says so in X-Forwarded-Proto)",
    );
  next();
};
