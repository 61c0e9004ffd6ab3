import type { Request } from "express";
import { isLoopback } from "../../source/loopback.js";

/** Whether a request comes from a program on this machine, and not through a proxy on it. */
export function isFromThisMachine(request: Request): boolean {
  const address = (request.socket.remoteAddress ?? "").replace(/^::ffff:/, "");
  return isLoopback(address) && request.get("X-Forwarded-For") === undefined;
}
