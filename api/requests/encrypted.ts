import type { RequestHandler } from "express";
import { isFromHere } from "./from-here.js";
import { Problem } from "./problem.js";

/** Refuses unencrypted requests from other machines: those that bypass the proxy, and those whose proxy does not say `https`. */
export const refuseUnencrypted: RequestHandler = (request, _response, next) => {
  // Load balancers ask these without https, and without a token.
  const isHealth = ["/health", "/ready"].includes(request.path);
  if (!request.secure && !isFromHere(request) && !isHealth)
    throw new Problem(
      "not-encrypted",
      "this grid takes requests from other machines over https only (a proxy says so by X-Forwarded-Proto)",
    );
  next();
};
