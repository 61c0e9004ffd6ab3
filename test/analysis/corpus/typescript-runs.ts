import type { CorpusCase } from "./corpus.js";
import { imports, one } from "./one-test.js";

export const runsCases: CorpusCase[] = [
  one(
    "only some tests of a file",
    `import { test } from "vitest";\n${imports}test.only("a", () => mount());\ntest("b", () => query());\n`,
    ["service:nfs"],
    {
      command: "npx vitest run",
    },
  ),
  one("where the configuration says that tests are", "", ["service:db"], {
    command: "npx vitest run",
    others: {
      "vitest.config.ts": 'export default { test: { include: ["checks/**/*.check.ts"] } };\n',
      "checks/x.check.ts": 'import { query } from "../lib";\nquery();\n',
      "b.test.ts": `${imports}mount();\n`,
    },
  }),
  one(
    "bound functions that others call",
    `${imports}class A { go() { mount(); } }\nconst a = new A();\nsetTimeout(a.go.bind(a), 5);\n`,
    ["service:nfs"],
  ),
  one("an export of its own before one with a star", 'import { go } from "./own";\ngo();\n', ["service:nfs"], {
    others: {
      "own.ts": `export * from "./base";\n${imports}export function go() { mount(); }\n`,
      "base.ts": `${imports}export function go() { query(); }\n`,
    },
  }),
  one(
    "programs by promises, and by texts with holes",
    'import { execFile, execSync } from "node:child_process";\nimport { promisify } from "node:util";\nconst run = promisify(execFile);\nawait run("git", ["status"]);\nexecSync(`tar c ${process.cwd()} | gzip`);\nexecSync(`unk${process.pid} x`);\n',
    ["command:git", "command:gzip", "command:tar"],
  ),
  one(
    "tables of tests",
    `import { test } from "vitest";\n${imports}/** @requires package:{name} */\nfunction need(name: string) {}\ntest.each\`\n  name | go\n  \${"curl"} | \${mount}\n  \${"jq"} | \${query}\n\`("needs $name", ({ name, go }) => { need(name); go(); });\n`,
    ["package:curl", "package:jq", "service:db", "service:nfs"],
    { command: "npx vitest run" },
  ),
  one(
    "tests that are skipped",
    `import { test, describe, it } from "node:test";\n${imports}describe.skip("a", () => { test("b", () => query()); });\nit.skip("c", () => query());\ntest("d", { skip: true }, () => query());\ntest("e", () => mount());\n`,
    ["service:nfs"],
  ),
  one("what runs before all tests", 'test("x", () => {});\n', ["service:db", "service:nfs"], {
    command: "npx vitest run a.test.ts",
    others: {
      "vitest.config.ts":
        'import { defineConfig } from "vitest/config";\nexport default defineConfig({ test: { setupFiles: ["./setup.ts"], globalSetup: "./global.ts" } });\n',
      "setup.ts": `import { beforeEach } from "vitest";\n${imports}beforeEach(() => mount());\n`,
      "global.ts": `${imports}export function setup() { query(); }\nexport const unused = () => free();\n`,
    },
  }),
  one("aliases of vite", 'import { go } from "@/x";\ngo();\n', ["service:nfs"], {
    command: "npx vitest run a.test.ts",
    others: {
      "vitest.config.ts":
        'import { resolve } from "node:path";\nexport default { resolve: { alias: { "@": resolve(__dirname, "src") } } };\n',
      "src/x.ts": 'import { mount } from "../lib";\nexport const go = () => mount();\n',
    },
  }),
  one("names that jest maps", 'import { go } from "@app/x";\ngo();\n', ["service:nfs"], {
    command: "npx jest a.test.ts",
    others: {
      "package.json": '{ "jest": { "moduleNameMapper": { "^@app/(.*)$": "<rootDir>/src/$1" } } }',
      "src/x.ts": 'import { mount } from "../lib";\nexport const go = () => mount();\n',
    },
  }),
  one(
    "selected tests of several files",
    `import { test, describe } from "vitest";\n${imports}describe("a", () => { test("one", () => mount()); test("two", () => query()); });\n`,
    ["service:nfs"],
    {
      command: "npx vitest run -t one",
      others: {
        "b.test.ts": `import { test, describe } from "vitest";\n${imports}describe("b", () => { test("two", () => query()); });\n`,
      },
    },
  ),
  one(
    "a method that has the name of a focused test",
    `import { test } from "node:test";\n${imports}class Model { fit(): void { mount(); } }\nconst model = new Model();\ntest("fits", () => { model.fit(); }); // never commit it.only(…)\n`,
    ["service:nfs"],
    { command: "npx vitest run a.test.ts" },
  ),
  one(
    "a suite whose title is computed",
    `import { describe, it } from "vitest";\n${imports}const title = "suite " + "A";\ndescribe(title, () => { it("loads", () => mount()); });\n`,
    ["service:nfs"],
    { command: 'npx vitest run a.test.ts -t "suite A"' },
  ),
  one(
    "rows of a table in the title",
    `import { it } from "vitest";\n${imports}it.each\`a|b\\n\${1}|\${2}\`("adds $a", () => mount());\n`,
    ["service:nfs"],
    { command: 'npx vitest run a.test.ts -t "adds 1"' },
  ),
  one(
    "commands within commands",
    'import { execFileSync, spawnSync } from "node:child_process";\nspawnSync("sh", ["-c", "jq . x.json | sort"]);\nexecFileSync("timeout", ["5", "curl", "x"]);\n',
    ["command:curl", "command:jq", "command:sh", "command:sort", "command:timeout"],
  ),
  one(
    "child processes",
    'import { execFileSync, spawn } from "node:child_process";\nimport * as cp from "child_process";\nexecFileSync("git", ["status"]);\ncp.execSync("jq . x.json");\nspawn("./own");\n',
    ["command:git", "command:jq"],
  ),
  one(
    "selected tests",
    `import { test, describe, beforeEach } from "node:test";\n${imports}describe("a", () => { beforeEach(() => free()); test("one", () => mount()); test("two", () => query()); });\n`,
    ["service:nfs"],
    { command: 'node --test --test-name-pattern="one" a.test.ts' },
  ),
  one(
    "hooks of other suites do not run",
    `import { test, describe, beforeEach } from "vitest";\n${imports}describe("a", () => { beforeEach(() => mount()); test("one", () => {}); });\ndescribe("b", () => { beforeEach(() => query()); test("two", () => {}); });\n`,
    ["service:db"],
    { command: "npx vitest run -t two" },
  ),
  one("modules that import each other", 'import { a } from "./x.js";\na();\n', ["service:nfs"], {
    others: {
      "x.ts": 'import { b } from "./y.js";\nexport function a() { b(); }\nexport function c() {}\n',
      "y.ts": `import { c } from "./x.js";\n${imports}export function b() { c(); mount(); }\n`,
    },
  }),
  one(
    "recursion",
    `${imports}function a(n: number): void { if (n > 0) b(n - 1); }\nfunction b(n: number): void { a(n); mount(); }\na(3);\n`,
    ["service:nfs"],
  ),
  one(
    "closures",
    `${imports}function make(f: () => void) { return { run: () => f() }; }\nconst r = make(mount);\nmake(query);\nr.run();\n`,
    ["service:nfs"],
  ),
  one("currying", `${imports}const on = (f: () => void) => () => f();\non(mount)();\n`, ["service:nfs"]),
  one("default parameters", `${imports}function run(f = mount) { f(); }\nrun();\n`, ["service:nfs"]),
  one("a default parameter that is given", `${imports}function run(f: () => void = mount) { f(); }\nrun(query);\n`, [
    "service:db",
  ]),
  one("rest and spread", `${imports}function run(...fs: (() => void)[]) { fs[1]!(); }\nrun(...[query, mount]);\n`, [
    "service:nfs",
  ]),
  one("spread objects", `${imports}const base = { a: mount };\nconst all = { ...base, b: query };\nall.a();\n`, [
    "service:nfs",
  ]),
  one(
    "factories",
    `${imports}class S { go() { mount(); } }\nconst make = () => new S();\nasync function main() { const s = await make(); s.go(); }\nawait main();\n`,
    ["service:nfs"],
  ),
  one(
    "fluent calls",
    `${imports}class Q { where() { return this; } run() { query(); } }\nnew Q().where().where().run();\n`,
    ["service:db"],
  ),
  one("optional calls", `${imports}const o: { f?: () => void } = { f: mount };\no.f?.();\n`, ["service:nfs"]),
  one(
    "namespaces",
    `${imports}namespace Lab { export function go() { mount(); } export function no() { query(); } }\nLab.go();\n`,
    ["service:nfs"],
  ),
  one(
    "prototypes",
    `${imports}function A(this: any) {}\nA.prototype.go = function () { mount(); };\nnew (A as any)().go();\n`,
    ["service:nfs"],
  ),
  one(
    "events that external code calls back",
    `import { EventEmitter } from "node:events";\n${imports}const e = new EventEmitter();\ne.on("x", () => mount());\n`,
    ["service:nfs"],
  ),
  one("timers", `${imports}setTimeout(() => mount(), 5);\n`, ["service:nfs"]),
  one(
    "objects that are converted",
    `${imports}const o = { toString() { mount(); return ""; } };\nconsole.log(\`\${o}\`);\n`,
    ["service:nfs"],
  ),
  one("eval is not understood", "eval('1');\nconst f = new Function('return 1');\nf();\n", [], {
    notUnderstood: ["a.test.ts:1", "a.test.ts:2"],
  }),
];
