import type { Request } from "express";
import { Problem } from "./problem.js";

/**
 * Refuses requests that another site makes a browser send. Browsers name the origin of a request in Sec-Fetch-Site, and in
 * Origin if the request may change something. A browser's request without both headers is refused too.
 * @throws Problem
 */
export function refuseOtherSites(request: Request): void {
  const site = request.get("Sec-Fetch-Site");
  const origin = request.get("Origin");
  const isOwn = site === undefined ? isOwnOrigin(origin, request.get("Host")) : site === "same-origin";
  if (!isOwn) throw new Problem("other-site", "a browser may send this only from the grid's own page");
}

function isOwnOrigin(origin: string | undefined, host: string | undefined): boolean {
  return origin !== undefined && host !== undefined && URL.canParse(origin) && new URL(origin).host === host;
}
