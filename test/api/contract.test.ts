import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "@jest/globals";
import { parse } from "yaml";
import { type Messages, messages } from "../../api/contract/messages.js";
import { type RouteName, routes, routesByTag } from "../../api/contract/routes.js";
import { packageRoot } from "../../grid/package-root.js";
import { openApiDocument } from "../../api/openapi/document.js";

const names = Object.keys(routes) as RouteName[];
interface Operation {
  operationId: string;
  tags: string[];
  parameters?: { name: string; in: string; required: boolean }[];
  requestBody?: object;
  security?: object[];
  responses: Record<string, { content?: object }>;
}
const document = JSON.parse(JSON.stringify(openApiDocument("http://grid"))) as {
  paths: Record<string, Record<string, Operation>>;
  components: { schemas: Record<string, object> };
};
const operations = Object.entries(document.paths).flatMap(([path, methods]) =>
  Object.entries(methods).map(([method, operation]) => ({ path, method, ...operation })),
);

describe("the contract of the API", () => {
  test("has one route for each method and path", () => {
    const addresses = names.map((name) => `${routes[name].method} ${routes[name].path}`);
    expect(new Set(addresses).size).toBe(addresses.length);
    expect(names.length).toBe(Object.values(routesByTag).flatMap((tagged) => Object.keys(tagged)).length);
  });

  test("opens only the health routes without a token", () => {
    const open = names.filter((name) => routes[name].audience === "everyone");
    expect(open).toEqual(["readHealth", "readReadiness"]);
  });

  test.each(names)("%s names each parameter of its path once, and has a body only if its method allows one", (name) => {
    const { path, method } = routes[name];
    const { params, body }: Messages = messages[name];
    const inPath = [...path.matchAll(/\{(\w+)\*?\}/g)].map(([, parameter]) => parameter);
    expect(new Set(inPath).size).toBe(inPath.length);
    if (params !== undefined) expect(new Set(Object.keys(params.shape))).toEqual(new Set(inPath));
    if (method === "GET") expect(body).toBeUndefined();
  });
});

describe("the OpenAPI document", () => {
  test("describes every route but those of agents", () => {
    const { agents, ...others } = routesByTag;
    const expected = Object.values(others).flatMap((tagged) => Object.keys(tagged));
    expect(operations.map(({ operationId }) => operationId).sort()).toEqual(expected.sort());
    expect(Object.keys(agents).length).toBeGreaterThan(0);
  });

  test.each(operations.map((operation) => [operation.operationId, operation] as const))(
    "%s has a tag, its parameters, its answer and its errors",
    (_name, { tags, path, parameters = [], responses, security }) => {
      expect(tags).toHaveLength(1);
      const inPath = parameters.filter((parameter) => parameter.in === "path").map(({ name }) => name);
      expect(inPath).toEqual([...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => name));
      const statuses = Object.keys(responses).map(Number);
      expect(statuses.filter((status) => status < 300)).toHaveLength(1);
      expect(statuses.includes(401)).toBe(security?.length !== 0);
      expect(statuses).toEqual(expect.arrayContaining([422, 500, 503]));
    },
  );

  test("refers only to schemas that it has", () => {
    const text = JSON.stringify(document);
    const referred = [...text.matchAll(/"\$ref":"#\/components\/schemas\/(\w+)"/g)].map(([, name]) => name!);
    expect(referred).toContain("Job");
    expect(Object.keys(document.components.schemas)).toEqual(expect.arrayContaining(referred));
    expect(text).not.toContain("$defs");
  });
});

test("a generated Python client understands every media type of the document", () => {
  const { content_type_overrides: replaced } = parse(
    readFileSync(join(packageRoot, "examples/python/client.yaml"), "utf8"),
  ) as { content_type_overrides: Record<string, string> };
  const understood = /^(?:application\/(?:json|octet-stream|problem\+json)|text\/.*)$/;
  const used = [...JSON.stringify(document).matchAll(/"content":\{"([^"]+)"/g)].map(([, type]) => type!);
  expect(used.length).toBeGreaterThan(50);
  expect([...new Set(used)].filter((type) => !understood.test(type) && replaced[type] === undefined)).toEqual([]);
});
