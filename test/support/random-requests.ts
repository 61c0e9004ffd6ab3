import { z } from "zod";
import { type Messages, messages } from "../../api/contract/messages.js";
import { type RouteName, routes } from "../../api/contract/routes.js";

/** A random request. `path` begins after /api/v1. */
export interface RandomRequest {
  name: RouteName;
  method: string;
  path: string;
  headers: Record<string, string>;
  body: string | undefined;
}

interface Schema {
  type?: string | string[];
  enum?: unknown[];
  const?: unknown;
  properties?: Record<string, Schema>;
  required?: string[];
  items?: Schema;
  anyOf?: Schema[];
  oneOf?: Schema[];
  $ref?: string;
  $defs?: Record<string, Schema>;
  additionalProperties?: boolean | Schema;
}

const texts = [
  "",
  "x",
  "0",
  "-1",
  "1e999",
  "10m",
  "3d",
  "2026-01-01T00:00:00Z",
  "2026-13-40",
  "dev@example.org",
  "grid",
  "machine:alpha",
  "service:nfs",
  "job:x",
  "../../etc/passwd",
  "%00",
  "\u0000",
  "\ud800",
  "käse 🧀",
  "'; drop table jobs; --",
  "a".repeat(5_000),
  "https://example.org/x.git",
  "http://127.0.0.1:9/",
  "machines: { alpha: {} }\n",
  "{}",
  "null",
];
const types = ["application/json", "application/json; charset=utf-8", "text/plain", "application/gzip", ""];

/** Makes requests from the contract: valid, nearly valid and meaningless ones. The same seed gives the same requests. */
export class RandomRequests {
  readonly #names = Object.keys(routes) as RouteName[];
  readonly #schemas = new Map<RouteName, { query: Schema | undefined; body: Schema | undefined }>();
  readonly #ids: readonly string[];
  #state: number;

  /** @param ids of things that exist */
  constructor(seed: number, ids: readonly string[]) {
    this.#state = seed;
    this.#ids = ids;
  }

  /** A whole number from 0 to `limit` - 1. */
  #number(limit: number): number {
    this.#state = (Math.imul(this.#state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((this.#state / 2 ** 32) * limit);
  }

  #one<T>(all: readonly T[]): T {
    return all[this.#number(all.length)]!;
  }

  #isRare(): boolean {
    return this.#number(8) === 0;
  }

  next(): RandomRequest {
    const name = this.#one(this.#names);
    const { method, path } = routes[name];
    const { query, body } = this.#schemasOf(name);
    const address = path.replaceAll(/\{\w+\*?\}/g, () =>
      encodeURIComponent(well(this.#one([...this.#ids, ...this.#ids, ...texts])) || "x"),
    );
    const parameters = new URLSearchParams();
    const values = query !== undefined || this.#isRare() ? this.#value(query ?? {}, 0) : null;
    if (typeof values === "object")
      for (const [key, value] of Object.entries(values ?? {}))
        if (typeof value !== "object") parameters.append(well(key), well(String(value)));
    const text = parameters.toString();
    const hasBody = method !== "GET" && !this.#isRare();
    const content = this.#isRare() ? this.#one(texts) : JSON.stringify(this.#value(body ?? {}, 0));
    return {
      name,
      method: this.#isRare() ? this.#one(["GET", "POST", "PUT", "DELETE"]) : method,
      path: text === "" ? address : `${address}?${text}`,
      headers: {
        ...(hasBody ? { "content-type": this.#isRare() ? this.#one(types) : "application/json" } : {}),
        ...(this.#isRare() ? { "idempotency-key": this.#one(["k", "a b", "x".repeat(300)]) } : {}),
        ...(this.#isRare() ? { range: this.#one(["bytes=0-", "bytes=9-1", "bytes=-5", "nonsense"]) } : {}),
        ...(this.#isRare() ? { "last-event-id": this.#one(["0", "-1", "x"]) } : {}),
      },
      body: hasBody ? content : undefined,
    };
  }

  #schemasOf(name: RouteName): { query: Schema | undefined; body: Schema | undefined } {
    let known = this.#schemas.get(name);
    if (known === undefined) {
      const { query, body }: Messages = messages[name];
      const of = (schema: unknown) =>
        schema instanceof z.ZodType
          ? (z.toJSONSchema(schema, { io: "input", unrepresentable: "any" }) as Schema)
          : undefined;
      this.#schemas.set(name, (known = { query: of(query), body: of(body) }));
    }
    return known;
  }

  /** A value that mostly fits a schema. */
  #value(schema: Schema, depth: number): unknown {
    if (depth > 6 || this.#isRare()) return this.#one<unknown>([null, 0, -1, 1e21, true, [], {}, "x", ...texts]);
    const choices = schema.anyOf ?? schema.oneOf;
    if (choices !== undefined) return this.#value(this.#one(choices), depth + 1);
    if (schema.const !== undefined) return schema.const;
    if (schema.enum !== undefined) return this.#one(schema.enum);
    switch (Array.isArray(schema.type) ? this.#one(schema.type) : schema.type) {
      case "object": {
        const entries = Object.entries(schema.properties ?? {}).filter(
          ([key]) => schema.required?.includes(key) === true || this.#number(2) === 0,
        );
        const more = this.#isRare() ? [["unknown", { type: "string" }] as [string, Schema]] : [];
        return Object.fromEntries([...entries, ...more].map(([key, each]) => [key, this.#value(each, depth + 1)]));
      }
      case "array":
        return Array.from({ length: this.#number(4) }, () => this.#value(schema.items ?? {}, depth + 1));
      case "integer":
      case "number":
        return this.#one([0, 1, 2, 50, -1, 1.5, 2 ** 31, 2 ** 53]);
      case "boolean":
        return this.#number(2) === 0;
      default:
        return this.#one([...this.#ids, ...texts]);
    }
  }
}

/** Replaces unpaired surrogates, which no address can have. */
function well(text: string): string {
  return text.replaceAll(/[\ud800-\udfff]/g, "�");
}
