import express, { type Request, type RequestHandler, type Response, Router } from "express";
import { z } from "zod";
import { type Messages, messages } from "./contract/messages.js";
import { type RouteName, routes, routesWithKey } from "./contract/routes.js";
import type { Answer, HandlerRequest } from "./contract/shapes.js";
import type { Access } from "./requests/access.js";
import { callerOfResponse, rememberCaller } from "./requests/caller.js";
import { checkKey, Problem } from "./requests/problem.js";

export type Input<K extends RouteName> = HandlerRequest<K> & { request: Request; response: Response };

/** Returns the answer of a JSON route. Handlers of other routes send the answer themselves. */
export type Handler<K extends RouteName> = (input: Input<K>) => Promise<Answer<K>>;

/** Adds a route of the contract to a router: who may use it, how its messages are read, and the status of its answer. */
export type Handle = <K extends RouteName>(name: K, handler: Handler<K>) => void;

/** Routes whose idempotency keys are recorded here. Submissions record theirs in the transaction that creates them. */
const recordsIdempotencyKey: ReadonlySet<RouteName> = new Set<RouteName>(
  [...routesWithKey].filter((name) => name !== "submit" && name !== "rerunJob"),
);

export function createEndpoints(access: Access): { router: Router; handle: Handle } {
  const router = Router();
  const { limit } = access;
  const handle: Handle = (name, handler) => {
    const { method, path, audience, status } = routes[name];
    const { params, query, body }: Messages = messages[name];
    const respond: RequestHandler = async (request, response) => {
      const input = {
        params: params === undefined ? joinedParameters(request) : params.parse(joinedParameters(request)),
        query: query === undefined ? noQuery(request) : query.parse(request.query),
        body: bodyOf(request, body),
        request,
        response,
      };
      const caller = callerOfResponse(response);
      if (caller !== undefined) await access.assertInScope(caller, name, request.params);
      if (recordsIdempotencyKey.has(name)) await access.assertSameRequest(request);
      const answer = await handler(input as unknown as Parameters<typeof handler>[0]);
      if (response.headersSent) return;
      if (status === 204) response.status(204).end();
      else if (answer === undefined) throw new Error(`the handler of ${name} has sent no answer`);
      else response.status(status).json(answer);
    };
    const verb = method.toLowerCase() as "get" | "post" | "put" | "delete";
    router[verb](expressPath(path), access.allow(audience), limit, checkKey, ...readers(body), rememberCaller, respond);
  };
  return { router, handle };
}

/** Refuses requests whose path has a route, but not for their method. Mount it after all routes. */
export function otherMethods(): Router {
  const router = Router();
  const byPath = new Map<string, string[]>();
  for (const { method, path } of Object.values(routes)) byPath.set(path, [...(byPath.get(path) ?? []), method]);
  // Fixed paths come first, so that a path with parameters does not match them.
  for (const [path, methods] of [...byPath].sort(([one], [other]) => one.split("{").length - other.split("{").length))
    router.all(expressPath(path), (request, response) => {
      response.set("Allow", methods.join(", "));
      throw new Problem("wrong-method", `this address supports ${methods.join(" and ")}, not ${request.method}`);
    });
  return router;
}

/** Refuses a body that is not JSON. */
const onlyJson: RequestHandler = (request, _response, next) => {
  if (request.is("application/json") === false)
    throw new Problem("wrong-media-type", "the body must be JSON: Content-Type: application/json");
  next();
};

/** Refuses parameters that a route does not have, so that a misspelled parameter is not ignored. */
function noQuery({ query }: Request): undefined {
  const [unknown] = Object.keys(query);
  if (unknown !== undefined) throw new Problem("wrong-request", `this address has no parameter ${unknown}`);
}

/** A missing JSON body is undefined. A missing raw body is empty. */
function bodyOf(request: Request, body: Messages["body"]): unknown {
  if (body instanceof z.ZodType) return body.parse(request.body);
  return body === undefined || body.isStreamed ? undefined : (request.body ?? Buffer.alloc(0));
}

function readers(body: Messages["body"]): RequestHandler[] {
  if (body === undefined) return [];
  if (body instanceof z.ZodType) return [onlyJson, express.json({ limit: "1mb" })];
  return body.isStreamed ? [] : [express.raw({ type: () => true, limit: "1mb" })];
}

/** Writes a path for Express: `/jobs/{jobId}/{path*}` becomes `/jobs/:jobId/*path`. */
function expressPath(path: string): string {
  return path.replace(/\{(\w+)\*\}/g, "*$1").replace(/\{(\w+)\}/g, ":$1");
}

/** Express splits a parameter that contains slashes. This joins it again. */
function joinedParameters({ params }: Request): Record<string, string> {
  return Object.fromEntries(
    Object.entries(params).map(([name, value]) => [name, Array.isArray(value) ? value.join("/") : value]),
  );
}
