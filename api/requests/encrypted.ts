import type { RequestHandler } from "express";
import { isLoopback } from "../../source/loopback.js";
import { Problem } from "./problem.js";

/** Refuses unencrypted requests from other machines: those that bypass the proxy, and those whose proxy does not say `https`. */
export const refuseUnencrypted: RequestHandler = (request, _response, next) => {
  const { remoteAddress = "" } = request.socket;
  const isFromHere = isLoopback(remoteAddress.replace(/^::ffff:/, "")) && request.get("X-Forwarded-For") === undefined;
  // Load balancers ask these without https, and without a token.
  const isHealth = ["/health", "/ready"].includes(request.path);
  if (!request.secure && !isFromHere && !isHealth)
    throw new Problem(
      "not-encrypted",
      "this grid takes requests from other machines over https only (a proxy says so by X-Forwarded-Proto)",
    );
  next();
};
