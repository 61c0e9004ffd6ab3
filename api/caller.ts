import { AsyncLocalStorage } from "node:async_hooks";
import type { RequestHandler } from "express";

/** The name of the token that a request bears; undefined for the one that the grid was started with, and for none. */
const tokens = new AsyncLocalStorage<string | undefined>();

/** Lets what follows know whose token `access` has found. */
export const rememberToken: RequestHandler = (_request, response, next) => {
  tokens.run(response.locals["token"] as string | undefined, next);
};

/** The name under which an act is recorded: as the request says, with the name of its token where that is another. */
export function signed(by: string | undefined): string {
  const token = tokens.getStore();
  if (token === undefined || token === by) return by ?? "the API";
  return by === undefined ? `token ${token}` : `${by} (token ${token})`;
}
