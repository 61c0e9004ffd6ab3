import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "@jest/globals";
import { parse } from "yaml";
import { z } from "zod";
import { gridSchema, suiteSchema } from "../../api/schemas/files.js";
import { packageRoot } from "../../grid/package-root.js";

const example = (name: string) => parse(readFileSync(join(packageRoot, "examples", name), "utf8")) as unknown;
const suite = (test: object) => ({ owner: "dev@example.org", tests: { one: { test: "true", ...test } } });

describe("the published JSON Schemas", () => {
  test.each([
    ["grid.yaml", gridSchema(), example("grid.yaml"), true],
    ["holdfast.yaml", suiteSchema(), example("holdfast.yaml"), true],
    ["a suite", suiteSchema(), suite({ matrix: { os: ["a"], include: [{ os: "b", n: 1 }] }, results: "tap" }), true],
    ["an unknown key", suiteSchema(), suite({ resuts: "tap" }), false],
    ["an include that is no list", suiteSchema(), suite({ matrix: { include: { os: "a" } } }), false],
    ["a probe", gridSchema(), { services: { nfs: { probe: { tcp: "nfs:2049" }, every: "10s" } } }, true],
    ["a probe of no kind", gridSchema(), { services: { nfs: { probe: { tpc: "nfs:2049" } } } }, false],
    ["limits", gridSchema(), { limits: { artifacts: "1MiB", "artifact-count": 3 } }, true],
    ["an exclusion until a day", gridSchema(), { exclusions: [{ reason: "x", until: "2027-01-31" }] }, true],
  ])("accept or refuse correctly: %s", (_name, schema, value, isValid) => {
    expect(z.fromJSONSchema(schema as never).safeParse(value).success).toBe(isValid);
  });
});
