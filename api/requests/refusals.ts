import type { ErrorRequestHandler, Request } from "express";
import { recordAudit } from "../../db/access/audit.js";
import type { Database } from "../../db/connect.js";
import { callerOfResponse } from "./caller.js";
import { Problem } from "./problem.js";

/**
 * A caller is recorded at most once a minute for each route, and an address without a token once a minute, so that refused
 * requests cannot fill the audit.
 */
const quietMs = 60_000;
const mostPerMinute = 1_000;

/** Records in the audit that a change was refused because of its caller. */
export function noteRefusals(database: Database): ErrorRequestHandler {
  const known = new Map<string, number>();
  const strangers = new Map<string, number>();

  function isNew(notedAt: Map<string, number>, key: string): boolean {
    const now = Date.now();
    for (const [old, at] of notedAt) if (now - at >= quietMs) notedAt.delete(old);
    if (notedAt.has(key) || notedAt.size >= mostPerMinute) return false;
    notedAt.set(key, now);
    return true;
  }

  function note(actor: string, address: string, detail: string): void {
    void recordAudit(database, actor, "refused", address, detail).catch(() => undefined);
  }

  return (error: unknown, request, response, next) => {
    if (error instanceof Problem && [401, 403].includes(error.status) && request.method !== "GET") {
      const address = `${request.method} ${patternOf(request)}`;
      const name = callerOfResponse(response)?.name;
      const stranger = `somebody at ${request.socket.remoteAddress ?? "an unknown address"}`;
      if (name === undefined ? isNew(strangers, stranger) : isNew(known, `${name} ${address}`))
        note(name ?? stranger, address, error.message);
    }
    next(error);
  };
}

/** The path of the route, with the names of its parameters instead of their values, so that each route is recorded once. */
function patternOf({ route }: Request): string {
  const { path } = (route ?? {}) as { path?: string };
  return path === undefined ? "a page" : path;
}
