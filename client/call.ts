import type { Answer, ClientRequest } from "../api/contract/shapes.js";
import { type RouteName, routes, routesWithKey } from "../api/contract/routes.js";
import type { Bytes } from "./bytes.js";
import type { Requests } from "./requests.js";

/** The input of a call: path parameters if the route has any, a query, and a body if the route takes one. */
export type Call<K extends RouteName> = (unknown extends ClientRequest<K>["params"]
  ? unknown
  : Pick<ClientRequest<K>, "params">) & {
  query?: Record<string, string>;
  body?: ClientRequest<K>["body"];
  /**
   * The Idempotency-Key, for routes that accept one. By default each call gets its own key, so that a retry has no second
   * effect.
   */
  key?: string;
  headers?: Record<string, string>;
};

/** Calls routes of the API by their names. Throws the errors of `Requests`. */
export function createCall(requests: Requests) {
  return {
    json<K extends RouteName>(name: K, call: Call<K>): Promise<Answer<K>> {
      const { method, path, headers } = addressed(name, call);
      return requests.json(method, path, call.body ?? (method === "POST" ? {} : undefined), headers);
    },
    bytes<K extends RouteName>(name: K, call: Call<K>): Promise<Bytes> {
      const { method, path, headers } = addressed(name, call);
      return requests.bytes(method, path, call.body as Uint8Array | undefined, headers);
    },
  };
}

function addressed<K extends RouteName>(name: K, call: Call<K>) {
  const { method, path } = routes[name];
  const { params = {} } = call as { params?: Record<string, string> };
  const filled = path.replace(/\{(\w+)(\*?)\}/g, (_all, parameter: string, isPath: string) => {
    const value = params[parameter] ?? "";
    return isPath === "" ? encodeURIComponent(value) : value.split("/").map(encodeURIComponent).join("/");
  });
  const query = new URLSearchParams(call.query).toString();
  const headers: Record<string, string> = {
    ...(routesWithKey.has(name) ? { "idempotency-key": call.key ?? crypto.randomUUID() } : {}),
    ...call.headers,
  };
  return { method, path: query === "" ? filled : `${filled}?${query}`, headers };
}
