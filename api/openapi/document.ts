import { z } from "zod";
import { type Messages, messages } from "../contract/messages.js";
import { type ProblemCode, problemsOfAll, problemsOfTokens, problemStatus } from "../contract/problems.js";
import { type Route, rolesOf } from "../contract/route.js";
import { type RouteName, routes, routesByTag, routesWithKey, tagDescriptions } from "../contract/routes.js";
import { problemView } from "../schemas/jobs.js";

type Json = Record<string, unknown>;

/** The OpenAPI document of the routes that people and clients use. */
export function openApiDocument(publicUrl: string): Json {
  const { agents: _agents, ...tags } = routesByTag;
  const schemas: Record<string, Json> = {};
  const paths: Record<string, Json> = {};
  for (const [tag, tagged] of Object.entries(tags))
    for (const name of Object.keys(tagged) as RouteName[]) {
      const { method, path } = routes[name];
      const entry = (paths[path.replaceAll("*}", "}")] ??= {});
      entry[method.toLowerCase()] = operation(name, tag, schemas);
    }
  referenceOf(problemView, "output", schemas);
  return {
    openapi: "3.1.0",
    info: {
      title: "Holdfast",
      version: "1",
      description: "A testgrid where a failure always means: your code is broken.",
      license: { name: "Apache-2.0", identifier: "Apache-2.0" },
    },
    servers: [{ url: `${publicUrl}/api/v1` }],
    tags: Object.entries(tagDescriptions).map(([name, description]) => ({ name, description })),
    paths,
    components: { schemas, securitySchemes: { token: { type: "http", scheme: "bearer" } } },
  };
}

function operation(name: RouteName, tag: string, schemas: Record<string, Json>): Json {
  const route: Route = routes[name];
  const { params, query, body, answer }: Messages = messages[name];
  const parameters = [
    ...pathParameters(route.path, params),
    ...queryParameters(query),
    ...(routesWithKey.has(name) ? [idempotencyKey] : []),
  ];
  const needsToken = route.audience !== "everyone";
  return {
    operationId: name,
    tags: [tag],
    summary: route.summary,
    ...(needsToken
      ? {
          security: [{ token: [] }],
          description: `For tokens of these roles: ${rolesOf[route.audience as keyof typeof rolesOf].join(", ")}.`,
        }
      : { security: [] }),
    ...(parameters.length === 0 ? {} : { parameters }),
    ...(body === undefined ? {} : { requestBody: { required: isRequired(body), content: bodyContent(body, schemas) } }),
    responses: { [route.status]: answerOf(answer, route.summary, schemas), ...errorsOf(name, route, body, needsToken) },
  };
}

const idempotencyKey = {
  name: "Idempotency-Key",
  in: "header",
  description: "A request that is sent again with the same key takes effect only once",
  schema: { type: "string", minLength: 1, maxLength: 200 },
};

function pathParameters(path: string, params: z.ZodObject | undefined): Json[] {
  return [...path.matchAll(/\{(\w+)\*?\}/g)].map(([, name]) => {
    const schema = params?.shape[name!];
    return {
      name,
      in: "path",
      required: true,
      schema: schema === undefined ? { type: "string" } : plain(schema as z.ZodType, "input"),
    };
  });
}

function queryParameters(query: z.ZodType | undefined): Json[] {
  if (query === undefined) return [];
  const { properties = {}, required = [] } = plain(query, "input") as { properties?: Json; required?: string[] };
  return Object.entries(properties).map(([name, schema]) => ({
    name,
    in: "query",
    required: required.includes(name),
    schema,
  }));
}

function isRequired(body: NonNullable<Messages["body"]>): boolean {
  return !(body instanceof z.ZodType) || !body.safeParse(undefined).success;
}

function bodyContent(body: NonNullable<Messages["body"]>, schemas: Record<string, Json>): Json {
  if (body instanceof z.ZodType) return { "application/json": { schema: referenceOf(body, "input", schemas) } };
  return { [body.mediaType]: { schema: { type: "string", format: "binary" } } };
}

function answerOf(answer: Messages["answer"], description: string, schemas: Record<string, Json>): Json {
  if (answer === null) return { description };
  if (answer instanceof z.ZodType)
    return { description, content: { "application/json": { schema: referenceOf(answer, "output", schemas) } } };
  const schema = answer.endsWith("json") ? { type: "object" } : { type: "string", format: "binary" };
  return { description, content: { [answer]: { schema } } };
}

/** Errors by status, with the codes that each may have; any other error has the same form. */
function errorsOf(name: RouteName, route: Route, body: Messages["body"], needsToken: boolean): Json {
  const hasKey = routesWithKey.has(name);
  const all = [
    ...route.problems,
    ...(hasKey ? (["repeated-key"] as const) : []),
    ...(body instanceof z.ZodType ? (["wrong-media-type"] as const) : []),
    ...(needsToken ? problemsOfTokens : []),
    ...problemsOfAll,
  ];
  const byStatus = new Map<number, Set<ProblemCode>>();
  for (const problem of all) {
    const { code, status } =
      typeof problem === "string" ? { code: problem, status: problemStatus[problem] as number } : problem;
    byStatus.set(status, (byStatus.get(status) ?? new Set()).add(code));
  }
  const described = [...byStatus].map(([status, codes]) => [status, describedProblem(status, [...codes])]);
  return {
    ...Object.fromEntries(described),
    default: { description: "Another error", content: { "application/problem+json": { schema: problemReference } } },
  };
}

const problemReference = { $ref: "#/components/schemas/Problem" };

function describedProblem(status: number, codes: readonly ProblemCode[]): Json {
  const [code] = codes as [ProblemCode];
  return {
    description: codes.join(", "),
    content: {
      "application/problem+json": {
        schema: { allOf: [problemReference, { properties: { code: { enum: codes } } }] },
        example: {
          type: `urn:holdfast:${code}`,
          title: code.replaceAll("-", " "),
          status,
          code,
          detail: "what is wrong, for people",
        },
      },
    },
  };
}

/** Adds a schema that has an id to `schemas`, with those that it refers to, and returns a reference to it. */
function referenceOf(schema: z.ZodType, io: "input" | "output", schemas: Record<string, Json>): Json {
  const { $defs = {}, ...made } = plain(schema, io) as Json & { $defs?: Record<string, Json> };
  for (const [name, definition] of Object.entries($defs)) schemas[name] ??= withoutId(definition);
  const id = schema.meta()?.["id"];
  if (id === undefined) return made;
  schemas[id] ??= withoutId(made);
  return { $ref: `#/components/schemas/${id}` };
}

function plain(schema: z.ZodType, io: "input" | "output"): Json {
  const { $schema: _version, ...made } = z.toJSONSchema(schema, {
    io,
    unrepresentable: "any",
    override: ({ zodSchema, jsonSchema }) => {
      // Answers of later versions may have more fields.
      if (io === "output" && zodSchema._zod.def.type === "object") delete jsonSchema.additionalProperties;
    },
  }) as Json;
  return JSON.parse(JSON.stringify(made).replaceAll('"#/$defs/', '"#/components/schemas/')) as Json;
}

function withoutId({ id: _id, ...definition }: Json): Json {
  return definition;
}
