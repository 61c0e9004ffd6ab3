import express, { type Request, type RequestHandler, type Response, Router } from "express";
import { z } from "zod";
import { type Messages, messages } from "./contract/messages.js";
import { type RouteName, routes } from "./contract/routes.js";
import type { Answer, Parsed } from "./contract/shapes.js";
import type { Access } from "./requests/access.js";
import { rememberCaller } from "./requests/caller.js";
import { checkKey } from "./requests/problem.js";

export type Input<K extends RouteName> = Parsed<K> & { request: Request; response: Response };

/** Returns the answer of a JSON route. Handlers of other routes send the answer themselves. */
export type Handler<K extends RouteName> = (input: Input<K>) => Promise<Answer<K>>;

/** Adds a route of the contract to a router: who may use it, how its messages are read, and the status of its answer. */
export type Handle = <K extends RouteName>(name: K, handler: Handler<K>) => void;

export function createEndpoints(access: Access): { router: Router; handle: Handle } {
  const router = Router();
  const handle: Handle = (name, handler) => {
    const { method, path, audience, status } = routes[name];
    const { params, query, body }: Messages = messages[name];
    const respond: RequestHandler = async (request, response) => {
      const input = {
        params: params === undefined ? joinedParameters(request) : params.parse(joinedParameters(request)),
        query: query?.parse(request.query),
        body: bodyOf(request, body),
        request,
        response,
      };
      const answer = await handler(input as unknown as Parameters<typeof handler>[0]);
      if (response.headersSent) return;
      if (status === 204) response.status(204).end();
      else if (answer === undefined) throw new Error(`the handler of ${name} has sent no answer`);
      else response.status(status).json(answer);
    };
    const verb = method.toLowerCase() as "get" | "post" | "put" | "delete";
    router[verb](expressPath(path), access.allow(audience), checkKey, ...readers(body), rememberCaller, respond);
  };
  return { router, handle };
}

/** A JSON body that is missing, or was sent as something else, is undefined. A raw one that is missing is empty. */
function bodyOf(request: Request, body: Messages["body"]): unknown {
  if (body instanceof z.ZodType) return body.parse(request.body);
  return body === undefined || body.isStreamed ? undefined : (request.body ?? Buffer.alloc(0));
}

function readers(body: Messages["body"]): RequestHandler[] {
  if (body === undefined) return [];
  if (body instanceof z.ZodType) return [express.json({ limit: "1mb" })];
  return body.isStreamed ? [] : [express.raw({ type: () => true, limit: "1mb" })];
}

/** `/jobs/{jobId}/{path*}` as Express writes it: `/jobs/:jobId/*path`. */
function expressPath(path: string): string {
  return path.replace(/\{(\w+)\*\}/g, "*$1").replace(/\{(\w+)\}/g, ":$1");
}

/** Express splits a parameter with slashes. */
function joinedParameters({ params }: Request): Record<string, string> {
  return Object.fromEntries(
    Object.entries(params).map(([name, value]) => [name, Array.isArray(value) ? value.join("/") : value]),
  );
}
