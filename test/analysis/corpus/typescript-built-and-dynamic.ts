import { type CorpusCase, servicesInTypescript } from "./corpus.js";

const lab = { "lab.ts": servicesInTypescript };

export function typescript(name: string, text: string, requires: string[], more: Partial<CorpusCase> = {}): CorpusCase {
  return {
    name,
    command: "node --test a.test.ts",
    requires,
    notUnderstood: [],
    ...more,
    files: { "a.test.ts": text, ...lab, ...more.files },
  };
}

/** A workspace with a package that is built later. */
function built(name: string, manifest: object, file: string, files: Record<string, string> = {}): CorpusCase {
  const up = "../".repeat(file.split("/").length - 1);
  return typescript(
    `a package that is built later: ${name}`,
    'import { go } from "@shop/kit";\ngo();\n',
    ["service:a"],
    {
      files: {
        "package.json": '{"workspaces":["packages/*"]}',
        "packages/kit/package.json": JSON.stringify({ name: "@shop/kit", ...manifest }),
        [file]: `import { a } from "${up}lab.js";\nexport function go() {\n  a();\n}\n`,
        ...files,
      },
    },
  );
}

export const runA = 'import { a } from "../lab.js";\nexport function run() {\n  a();\n}\n';
const environment =
  'import { a } from "./lab.js";\nexport default class Environment {\n  async setup() {\n    a();\n  }\n}\n';
const playwright =
  'import { defineConfig } from "@playwright/test";\nexport default defineConfig({\n  testDir: ".",\n  projects: [\n    { name: "login", testMatch: /.*\\.setup\\.ts/ },\n    { name: "other", testMatch: /other\\.test\\.ts/ },\n    { name: "shop", testMatch: /a\\.test\\.ts/, dependencies: ["login"] },\n  ],\n});\n';

/** Packages that are built later, modules with computed names, and code that runners and libraries call. */
export const builtAndDynamicCases: CorpusCase[] = [
  built("main", { main: "dist/index.js", types: "dist/index.d.ts" }, "packages/kit/src/index.ts"),
  built(
    "exports",
    { exports: { ".": { types: "./dist/index.d.ts", import: "./dist/index.mjs", require: "./dist/index.cjs" } } },
    "packages/kit/src/index.ts",
  ),
  built(
    "a folder for each format",
    { main: "dist/cjs/index.js", module: "dist/esm/index.js" },
    "packages/kit/src/index.ts",
  ),
  built("the source folder within it", { main: "dist/src/index.js" }, "packages/kit/src/index.ts"),
  built("source in the package's own folder", { main: "lib/index.js" }, "packages/kit/index.ts"),
  built("the folders of tsconfig.json", { main: "made/index.js" }, "packages/kit/code/index.ts", {
    "packages/kit/tsconfig.json": '{"compilerOptions":{"outDir":"made","rootDir":"code"}}',
  }),
  typescript(
    "a package's own exports and imports",
    'import { go } from "shop";\nimport { b } from "#b";\ngo();\nb();\n',
    ["service:a", "service:b"],
    {
      files: {
        "package.json": '{"name":"shop","exports":"./dist/index.js","imports":{"#b":"./dist/b.js"}}',
        "src/index.ts": 'import { a } from "../lab.js";\nexport function go() {\n  a();\n}\n',
        "src/b.ts": 'export { b } from "../lab.js";\n',
      },
    },
  ),
  typescript("an import of a built file", 'import { run } from "./dist/kit.js";\nrun();\n', ["service:a"], {
    files: { "src/kit.ts": runA },
  }),
  typescript(
    "paths of the projects that tsconfig.json refers to",
    'import { run } from "@kit/run";\nrun();\n',
    ["service:a"],
    {
      files: {
        "tsconfig.json": '{"files":[],"references":[{"path":"./tsconfig.app.json"}]}',
        "tsconfig.app.json": '{"compilerOptions":{"paths":{"@kit/*":["./kit/*"]}}}',
        "kit/run.ts": runA,
      },
    },
  ),
  typescript(
    "imports by URLs and joined paths",
    'import { join } from "node:path";\nconst one = await import(new URL("./lab.js", import.meta.url).href);\nconst two = await import(join(import.meta.dirname, "lab.js"));\none.a();\ntwo.b();\n',
    ["service:a", "service:b"],
  ),
  typescript(
    "require with a resolved path",
    'const { join } = require("node:path");\nrequire(require.resolve("./lab.ts")).a();\nrequire(join(__dirname, "lab.ts")).b();\n',
    ["service:a", "service:b"],
  ),
  typescript(
    "modules of a folder that is listed",
    'import { readdirSync } from "node:fs";\nfor (const name of readdirSync(new URL("./cases", import.meta.url))) {\n  const { run } = await import(`./cases/${name}`);\n  run();\n}\n',
    ["service:a"],
    { files: { "cases/one.ts": runA } },
  ),
  typescript(
    "modules that a pattern matches",
    'import { globSync } from "node:fs";\nimport { resolve } from "node:path";\nfor (const file of globSync("cases/*.ts")) (await import(resolve(file))).run();\n',
    ["service:a"],
    { files: { "cases/one.ts": runA } },
  ),
  typescript(
    "modules of import.meta.glob",
    'const now = import.meta.glob("./cases/*.ts", { eager: true });\nconst later = import.meta.glob("/later/*.ts");\nfor (const each of Object.values(now)) each.run();\nfor (const load of Object.values(later)) (await load()).run();\n',
    ["service:a", "service:b"],
    {
      command: "vitest run a.test.ts",
      files: { "cases/one.ts": runA, "later/two.ts": runA.replaceAll("a }", "b }").replace("a();", "b();") },
    },
  ),
  typescript(
    "what a callback of a library returns",
    'import { useMemo } from "react";\nimport { a } from "./lab.js";\nconst call = useMemo(() => () => a(), []);\ncall();\n',
    ["service:a"],
  ),
  typescript("a test environment of jest", 'test("a", () => {});\n', ["service:a"], {
    command: "jest a.test.ts",
    files: {
      "jest.config.js": 'export default { testEnvironment: "./environment.ts" };\n',
      "environment.ts": environment,
    },
  }),
  typescript(
    "a test environment in a comment",
    '/** @jest-environment ./environment.ts */\ntest("a", () => {});\n',
    ["service:a"],
    {
      command: "jest a.test.ts",
      files: { "environment.ts": environment },
    },
  ),
  typescript(
    "projects of playwright that others depend on",
    'import { test } from "@playwright/test";\ntest("a", () => {});\n',
    ["service:a"],
    {
      command: "playwright test a.test.ts",
      files: {
        "playwright.config.ts": playwright,
        "shop.setup.ts":
          'import { test } from "@playwright/test";\nimport { a } from "./lab.js";\ntest("log in", () => a());\n',
        "other.test.ts":
          'import { test } from "@playwright/test";\nimport { b } from "./lab.js";\ntest("b", () => b());\n',
      },
    },
  ),
  typescript(
    "merged fixtures of playwright",
    'import { mergeTests, test as base } from "@playwright/test";\nimport { a, b } from "./lab.js";\nconst one = base.extend({\n  home: async ({}, use) => {\n    a();\n    await use(1);\n  },\n  unused: async ({}, use) => {\n    b();\n    await use(1);\n  },\n});\nconst test = mergeTests(one, base);\ntest("a", ({ home }) => {});\n',
    ["service:a"],
    { command: "playwright test a.test.ts" },
  ),
  typescript(
    "a module that is not replaced any more",
    'import { jest } from "@jest/globals";\njest.mock("./lab.js");\njest.doUnmock("./lab.js");\ntest("a", async () => {\n  (await import("./lab.js")).a();\n});\n',
    ["service:a"],
    { command: "jest a.test.ts" },
  ),
  typescript(
    "a parameter that a container fills by its token",
    'import { Test } from "@nestjs/testing";\nimport { Inject } from "@nestjs/common";\nimport { a, b } from "./lab.js";\nclass Store {\n  load() {\n    a();\n  }\n}\nclass Other {\n  load() {\n    b();\n  }\n}\nclass Shop {\n  constructor(@Inject("STORE") private readonly store: any) {}\n  sell() {\n    this.store.load();\n  }\n}\nconst module = await Test.createTestingModule({\n  providers: [Shop, { provide: "STORE", useClass: Store }, { provide: "OTHER", useClass: Other }],\n}).compile();\nmodule.get(Shop).sell();\n',
    ["service:a"],
  ),
  typescript(
    "objects that implement an interface",
    "interface Repo {\n  /** @requires service:x */\n  load(): void;\n  /** @requires service:y */\n  save(): void;\n}\ntype Cache = {\n  /** @requires service:z */\n  clear(): void;\n};\nconst repo: Repo = { load() {}, save() {} };\nconst cache = { clear() {} } satisfies Cache;\nfunction make(): Repo {\n  return { load() {}, save() {} };\n}\nrepo.load();\ncache.clear();\nmake().save();\n",
    ["service:x", "service:y", "service:z"],
  ),
];
