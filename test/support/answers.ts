import { z } from "zod";
import { type Messages, messages } from "../../api/contract/messages.js";
import { type RouteName, routes } from "../../api/contract/routes.js";
import type { Requests } from "../../client/requests.js";

const patterns = (Object.keys(routes) as RouteName[]).map((name) => {
  const { method, path } = routes[name];
  const parts = path.replace(/\{\w+\*\}/g, ".+").replace(/\{\w+\}/g, "[^/]+");
  return { name, method, pattern: new RegExp(`^${parts}$`) };
});

/** The route of a request below /api/v1. A fixed path takes precedence over one with parameters. */
function routeOf(method: string, address: string): RouteName {
  const [path] = address.split("?") as [string];
  const found = patterns.filter((each) => each.method === method && each.pattern.test(path));
  const [best] = found.sort(
    (one, other) => routes[one.name].path.split("{").length - routes[other.name].path.split("{").length,
  );
  if (best === undefined) throw new Error(`the contract has no route ${method} ${path}`);
  return best.name;
}

/** The schemas of answers, in their output form. Each is created once, because tests poll. */
const answerSchemas = new Map<RouteName, z.ZodType | undefined>();

export function answerSchemaOf(name: RouteName): z.ZodType | undefined {
  const { answer }: Messages = messages[name];
  if (!answerSchemas.has(name))
    answerSchemas.set(
      name,
      answer instanceof z.ZodType
        ? z.fromJSONSchema(z.toJSONSchema(answer, { io: "output", unrepresentable: "any" }))
        : undefined,
    );
  return answerSchemas.get(name);
}

/** Compares every JSON answer with the schema of its route. */
export function withCheckedAnswers(requests: Requests): Requests {
  return {
    ...requests,
    async json<T>(method: string, path: string, body?: unknown, headers?: Record<string, string>): Promise<T> {
      const answer = await requests.json<T>(method, path, body, headers);
      const name = routeOf(method, path);
      const result = answerSchemaOf(name)?.safeParse(answer);
      if (result?.success === false)
        throw new Error(`${name} answered what its schema does not allow: ${result.error.message}`);
      return answer;
    },
  };
}
