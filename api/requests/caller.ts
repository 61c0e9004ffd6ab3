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
  /** The mail address that belongs to a user's token; null for none. */
  address: string | null;
}

/** The bearer of the token that the grid was started with. */
export const gridToken: Caller = { tokenId: "grid", name: "grid", role: "admin", machine: null, address: null };

const callers = new AsyncLocalStorage<Caller | undefined>();
const place = "caller";

export function remember(response: Response, caller: Caller): void {
  response.locals[place] = caller;
}

/** Makes the caller that `access` has found available to handlers. */
export const rememberCaller: RequestHandler = (_request, response, next) => {
  callers.run(response.locals[place] as Caller | undefined, next);
};

/** The caller of this request. @throws Problem if it bears no token */
export function caller(): Caller {
  const found = callers.getStore();
  if (found === undefined) throw new Problem("no-token", "this needs a valid token");
  return found;
}

/** The actor in the audit: the name in the request, and the name of its token if that differs. */
export function signed(by: string | undefined): string {
  const found = callers.getStore();
  const token = found === undefined || found === gridToken ? undefined : found.name;
  if (token === undefined || token === by) return by ?? "the API";
  return by === undefined ? `token ${token}` : `${by} (token ${token})`;
}

/**
 * Lets users change only what they submitted themselves.
 * @param submitter whose token it was submitted with
 * @throws Problem
 */
export function assertOwn(submitter: string, what: string): void {
  const { role, tokenId } = caller();
  if (role !== "admin" && tokenId !== submitter)
    throw new Problem("not-yours", `${what} was submitted with another token; its bearer or an admin may do this`);
}
