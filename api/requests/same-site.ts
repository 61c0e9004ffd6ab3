import type { Request } from "express";
import { Problem } from "./problem.js";

/**
 * Refuses what another site makes a browser send. Browsers say where a request comes from: in Sec-Fetch-Site, and in Origin
 * with everything that may change something. A request of a browser that says neither is refused too.
 * @throws Problem
 */
export function refuseOtherSites(request: Request): void {
  const site = request.get("Sec-Fetch-Site");
  const origin = request.get("Origin");
  const isOwn = site === undefined ? isOwnOrigin(origin, request.get("Host")) : site === "same-origin";
  if (!isOwn) throw new Problem("other-site", "a browser may send this from the grid's own page only");
}

function isOwnOrigin(origin: string | undefined, host: string | undefined): boolean {
  return origin !== undefined && host !== undefined && URL.canParse(origin) && new URL(origin).host === host;
}
