import { AsyncLocalStorage } from "node:async_hooks";
import type { RequestHandler, Response } from "express";
import type { Role } from "../../domain/access/roles.js";
import { Problem } from "./problem.js";

/** The bearer of the token of a request. */
export interface Caller {
  tokenId: string;
  name: string;
  role: Role;
  /** The machine of an agent's token; null for others. */
  machine: string | null;
  /** The mail address of the bearer; null for none. */
  address: string | null;
  /** The only project that the token is for; null for all. */
  project: string | null;
}

/** The bearer of the token that the grid was started with. */
export const gridToken: Caller = {
  tokenId: "grid",
  name: "grid token",
  role: "admin",
  machine: null,
  address: null,
  project: null,
};

const callers = new AsyncLocalStorage<Caller | undefined>();
const place = "caller";

export function remember(response: Response, caller: Caller): void {
  response.locals[place] = caller;
}

/** The caller that `access` has found for a request, also after its handler has failed; undefined if there is none. */
export function callerOfResponse(response: Response): Caller | undefined {
  return response.locals[place] as Caller | undefined;
}

/** Makes the caller that `access` has found available to handlers. */
export const rememberCaller: RequestHandler = (_request, response, next) => {
  callers.run(callerOfResponse(response), next);
};

/** The caller of this request. @throws Problem if the request has no token */
export function caller(): Caller {
  const found = callers.getStore();
  if (found === undefined) throw new Problem("no-token", "this needs a valid token");
  return found;
}

/** The actor in the audit: the name of the token, and after it the name that the request gives, if that differs. */
export function signed(by: string | undefined): string {
  const found = callers.getStore();
  if (found === undefined) return by ?? "the API";
  return by === undefined || by === found.name ? found.name : `${found.name} for ${by}`;
}
