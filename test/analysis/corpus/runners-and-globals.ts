import type { CorpusCase } from "./corpus.js";

export const runnerCases: CorpusCase[] = [
  {
    name: "ts package imports with conditions",
    files: {
      "package.json": '{"type":"module","imports":{"#db":{"node":"./node.ts","default":"./browser.ts"}}}\n',
      "t.test.ts": 'import { go } from "#db"; go();\n',
      "node.ts": 'import { a } from "./lib.ts"; export function go() { a(); }\n',
      "browser.ts": 'import { b } from "./lib.ts"; export function go() { b(); }\n',
      "lib.ts":
        "/** @requires service:a */\nexport function a(): void {}\n/** @requires service:b */\nexport function b(): void {}\n/** @requires service:c */\nexport function c(): void {}\n/** @requires service:d */\nexport function d(): void {}\n",
    },
    command: "node --test t.test.ts",
    requires: ["service:a"],
  },
  {
    name: "createRequire",
    files: {
      "t.mjs":
        'import { createRequire } from "node:module"; const require = createRequire(import.meta.url);\nconst { a } = require("./lib.cjs"); a();\n',
      "lib.ts":
        "/** @requires service:a */\nexport function a(): void {}\n/** @requires service:b */\nexport function b(): void {}\n/** @requires service:c */\nexport function c(): void {}\n/** @requires service:d */\nexport function d(): void {}\n",
      "lib.cjs":
        '"use strict";\n/** @requires service:a */\nexports.a = function a() {};\n/** @requires service:b */\nexports.b = function b() {};\n/** @requires service:c */\nexports.c = function c() {};\n/** @requires service:d */\nexports.d = function d() {};\n',
    },
    command: "node t.mjs",
    requires: ["service:a"],
  },
  {
    name: "cjs first doc: named fn of exports, unnamed",
    files: {
      "t.js": 'const { b } = require("./k.js"); b();\n',
      "k.js": "/** @requires service:a */\nexports.a = () => {};\n/** @requires service:b */\nexports.b = () => {};\n",
    },
    command: "node t.js",
    requires: ["service:b"],
  },
  {
    name: "cjs module.exports function with leading doc, only required",
    files: {
      "t.js": 'const go = require("./k.js");\n',
      "k.js": "/** @requires service:a */\nmodule.exports = function go() {};\n",
    },
    command: "node t.js",
    requires: [],
  },
  {
    name: "function given to console.log or assert is not called",
    files: {
      "t.mjs": 'import { a, b } from "./lib.js"; import assert from "node:assert"; console.log(a); assert.ok(b);\n',
      "lib.ts":
        "/** @requires service:a */\nexport function a(): void {}\n/** @requires service:b */\nexport function b(): void {}\n/** @requires service:c */\nexport function c(): void {}\n/** @requires service:d */\nexport function d(): void {}\n",
    },
    command: "node t.mjs",
    requires: [],
  },
  {
    name: "namespace given to console.log",
    files: {
      "t.mjs": 'import * as lib from "./lib.js"; console.log(lib);\n',
      "lib.ts":
        "/** @requires service:a */\nexport function a(): void {}\n/** @requires service:b */\nexport function b(): void {}\n/** @requires service:c */\nexport function c(): void {}\n/** @requires service:d */\nexport function d(): void {}\n",
    },
    command: "node t.mjs",
    requires: [],
  },
  {
    name: "object with methods given to assert.deepEqual",
    files: {
      "t.mjs":
        'import { a } from "./lib.js"; import assert from "node:assert"; const api = { open: a, port: 1 }; assert.deepEqual(api, api);\n',
      "lib.ts":
        "/** @requires service:a */\nexport function a(): void {}\n/** @requires service:b */\nexport function b(): void {}\n/** @requires service:c */\nexport function c(): void {}\n/** @requires service:d */\nexport function d(): void {}\n",
    },
    command: "node t.mjs",
    requires: [],
  },
  {
    name: "globalThis.x set by a module and read by globalThis.x",
    files: {
      "t.js": 'require("./setup.js"); globalThis.connect();\n',
      "setup.js": 'const { a } = require("./lib.cjs"); globalThis.connect = () => a();\n',
      "lib.ts":
        "/** @requires service:a */\nexport function a(): void {}\n/** @requires service:b */\nexport function b(): void {}\n/** @requires service:c */\nexport function c(): void {}\n/** @requires service:d */\nexport function d(): void {}\n",
      "lib.cjs":
        '"use strict";\n/** @requires service:a */\nexports.a = function a() {};\n/** @requires service:b */\nexports.b = function b() {};\n/** @requires service:c */\nexports.c = function c() {};\n/** @requires service:d */\nexports.d = function d() {};\n',
    },
    command: "node t.js",
    requires: ["service:a"],
  },
  {
    name: "global.x set and called by bare name in the same file",
    files: {
      "t.js": 'const { a } = require("./lib.cjs"); global.connect = () => a(); connect();\n',
      "lib.ts":
        "/** @requires service:a */\nexport function a(): void {}\n/** @requires service:b */\nexport function b(): void {}\n/** @requires service:c */\nexport function c(): void {}\n/** @requires service:d */\nexport function d(): void {}\n",
      "lib.cjs":
        '"use strict";\n/** @requires service:a */\nexports.a = function a() {};\n/** @requires service:b */\nexports.b = function b() {};\n/** @requires service:c */\nexports.c = function c() {};\n/** @requires service:d */\nexports.d = function d() {};\n',
    },
    command: "node t.js",
    requires: ["service:a"],
  },
  {
    name: "list of handlers called by index in a for loop",
    files: {
      "t.mjs":
        'import { a, b } from "./lib.js"; const list = [() => a(), () => b()];\nfor (let i = 0; i < list.length; i++) list[i]();\n',
      "lib.ts":
        "/** @requires service:a */\nexport function a(): void {}\n/** @requires service:b */\nexport function b(): void {}\n/** @requires service:c */\nexport function c(): void {}\n/** @requires service:d */\nexport function d(): void {}\n",
    },
    command: "node t.mjs",
    requires: ["service:a", "service:b"],
  },
  {
    name: "createRequire under another name",
    files: {
      "t.mjs":
        'import { createRequire } from "node:module"; const req = createRequire(import.meta.url);\nconst lib = req("./lib.cjs"); lib.a();\n',
      "lib.ts":
        "/** @requires service:a */\nexport function a(): void {}\n/** @requires service:b */\nexport function b(): void {}\n/** @requires service:c */\nexport function c(): void {}\n/** @requires service:d */\nexport function d(): void {}\n",
      "lib.cjs":
        '"use strict";\n/** @requires service:a */\nexports.a = function a() {};\n/** @requires service:b */\nexports.b = function b() {};\n/** @requires service:c */\nexports.c = function c() {};\n/** @requires service:d */\nexports.d = function d() {};\n',
    },
    command: "node t.mjs",
    requires: ["service:a"],
  },
  {
    name: "index i += 1",
    files: {
      "t.mjs":
        'import { a, b } from "./lib.js"; const l = [a, b]; let i = 0; while (i < l.length) { l[i](); i += 1; }\n',
      "lib.ts":
        "/** @requires service:a */\nexport function a(): void {}\n/** @requires service:b */\nexport function b(): void {}\n/** @requires service:c */\nexport function c(): void {}\n/** @requires service:d */\nexport function d(): void {}\n",
    },
    command: "node t.mjs",
    requires: ["service:a", "service:b"],
  },
  {
    name: "global js then node",
    files: {
      "setup.js": 'const { a } = require("./lib.cjs"); globalThis.connect = a;\n',
      "t.js": "globalThis.connect();\n",
      "lib.ts":
        "/** @requires service:a */\nexport function a(): void {}\n/** @requires service:b */\nexport function b(): void {}\n/** @requires service:c */\nexport function c(): void {}\n/** @requires service:d */\nexport function d(): void {}\n",
      "lib.cjs":
        '"use strict";\n/** @requires service:a */\nexports.a = function a() {};\n/** @requires service:b */\nexports.b = function b() {};\n/** @requires service:c */\nexports.c = function c() {};\n/** @requires service:d */\nexports.d = function d() {};\n',
    },
    command: "node -r ./setup.js t.js",
    requires: ["service:a"],
  },
  {
    name: "globalThis direct same file",
    files: {
      "t.js": 'const { a } = require("./lib.cjs"); globalThis.connect = a; globalThis.connect();\n',
      "lib.ts":
        "/** @requires service:a */\nexport function a(): void {}\n/** @requires service:b */\nexport function b(): void {}\n/** @requires service:c */\nexport function c(): void {}\n/** @requires service:d */\nexport function d(): void {}\n",
      "lib.cjs":
        '"use strict";\n/** @requires service:a */\nexports.a = function a() {};\n/** @requires service:b */\nexports.b = function b() {};\n/** @requires service:c */\nexports.c = function c() {};\n/** @requires service:d */\nexports.d = function d() {};\n',
    },
    command: "node t.js",
    requires: ["service:a"],
  },
  {
    name: "window.api stub",
    files: {
      "x.test.ts":
        'import { test } from "vitest"; import { a } from "./lib";\n(window as any).api = { open: () => a() };\ntest("x", () => { (window as any).api.open(); });\n\n',
      "lib.ts":
        "/** @requires service:a */\nexport function a(): void {}\n/** @requires service:b */\nexport function b(): void {}\n/** @requires service:c */\nexport function c(): void {}\n/** @requires service:d */\nexport function d(): void {}\n",
    },
    command: "npx vitest run",
    requires: ["service:a"],
  },
  {
    name: "jest.spyOn without implementation still runs",
    files: {
      "x.test.ts": 'import * as lib from "./lib";\ntest("x", () => { jest.spyOn(lib, "a"); lib.a(); });\n',
      "lib.ts":
        "/** @requires service:a */\nexport function a(): void {}\n/** @requires service:b */\nexport function b(): void {}\n/** @requires service:c */\nexport function c(): void {}\n/** @requires service:d */\nexport function d(): void {}\n",
    },
    command: "npx jest",
    requires: ["service:a"],
  },
  {
    name: "jest testPathIgnorePatterns",
    files: {
      "package.json": '{"jest":{"testPathIgnorePatterns":["/node_modules/","/e2e/"]}}\n',
      "unit/x.test.ts": 'import { a } from "../lib"; test("x", () => a());\n',
      "e2e/y.test.ts": 'import { b } from "../lib"; test("y", () => b());\n',
      "lib.ts":
        "/** @requires service:a */\nexport function a(): void {}\n/** @requires service:b */\nexport function b(): void {}\n/** @requires service:c */\nexport function c(): void {}\n/** @requires service:d */\nexport function d(): void {}\n",
    },
    command: "npx jest",
    requires: ["service:a"],
  },
  {
    name: "vitest exclude",
    files: {
      "vitest.config.ts": 'export default { test: { exclude: ["**/e2e/**", "node_modules"] } };\n',
      "unit/x.test.ts": 'import { test } from "vitest"; import { a } from "../lib"; test("x", () => a());\n',
      "e2e/y.test.ts": 'import { test } from "vitest"; import { b } from "../lib"; test("y", () => b());\n',
      "lib.ts":
        "/** @requires service:a */\nexport function a(): void {}\n/** @requires service:b */\nexport function b(): void {}\n/** @requires service:c */\nexport function c(): void {}\n/** @requires service:d */\nexport function d(): void {}\n",
    },
    command: "npx vitest run",
    requires: ["service:a"],
  },
  {
    name: "vitest globalSetup returning teardown",
    files: {
      "vitest.config.ts": 'export default { test: { globalSetup: ["./global.ts"] } };\n',
      "global.ts": 'import { a, b } from "./lib"; export default function () { a(); return () => { b(); }; }\n',
      "x.test.ts": 'import { test } from "vitest"; test("x", () => {});\n',
      "lib.ts":
        "/** @requires service:a */\nexport function a(): void {}\n/** @requires service:b */\nexport function b(): void {}\n/** @requires service:c */\nexport function c(): void {}\n/** @requires service:d */\nexport function d(): void {}\n",
    },
    command: "npx vitest run",
    requires: ["service:a", "service:b"],
  },
  {
    name: "vitest hook returns cleanup",
    files: {
      "x.test.ts":
        'import { test, beforeEach } from "vitest"; import { a, b } from "./lib";\nbeforeEach(() => { a(); return () => b(); });\ntest("x", () => {});\n',
      "lib.ts":
        "/** @requires service:a */\nexport function a(): void {}\n/** @requires service:b */\nexport function b(): void {}\n/** @requires service:c */\nexport function c(): void {}\n/** @requires service:d */\nexport function d(): void {}\n",
    },
    command: "npx vitest run",
    requires: ["service:a", "service:b"],
  },
  {
    name: "mocha rc with require and spec",
    files: {
      ".mocharc.json": '{"require":["./hooks.js"],"spec":["spec/**/*.spec.js"]}\n',
      "hooks.js": 'const { a } = require("./lib.cjs"); exports.mochaHooks = { beforeEach() { a(); } };\n',
      "spec/x.spec.js":
        'const { b } = require("../lib.cjs"); describe("x", function () { it("y", function () { b(); }); });\n',
      "test/y.js": 'const { c } = require("../lib.cjs"); it("z", () => c());\n',
      "lib.ts":
        "/** @requires service:a */\nexport function a(): void {}\n/** @requires service:b */\nexport function b(): void {}\n/** @requires service:c */\nexport function c(): void {}\n/** @requires service:d */\nexport function d(): void {}\n",
      "lib.cjs":
        '"use strict";\n/** @requires service:a */\nexports.a = function a() {};\n/** @requires service:b */\nexports.b = function b() {};\n/** @requires service:c */\nexports.c = function c() {};\n/** @requires service:d */\nexports.d = function d() {};\n',
    },
    command: "npx mocha",
    requires: ["service:a", "service:b"],
  },
  {
    name: "mocha global fixtures and grep",
    files: {
      "fix.cjs": 'const { a } = require("./lib.cjs"); exports.mochaGlobalSetup = async function () { a(); };\n',
      "test/x.js":
        'const { b, c } = require("../lib.cjs"); describe("s", () => { it("fast one", () => b()); it("slow one", () => c()); });\n',
      "lib.ts":
        "/** @requires service:a */\nexport function a(): void {}\n/** @requires service:b */\nexport function b(): void {}\n/** @requires service:c */\nexport function c(): void {}\n/** @requires service:d */\nexport function d(): void {}\n",
      "lib.cjs":
        '"use strict";\n/** @requires service:a */\nexports.a = function a() {};\n/** @requires service:b */\nexports.b = function b() {};\n/** @requires service:c */\nexports.c = function c() {};\n/** @requires service:d */\nexports.d = function d() {};\n',
    },
    command: "npx mocha --require ./fix.cjs -g fast",
    requires: ["service:a", "service:b"],
  },
  {
    name: "ava macros and context",
    files: {
      "test/x.test.mjs":
        'import test from "ava"; import { a, b, c } from "../lib.mjs";\ntest.before((t) => { t.context.go = a; });\nconst macro = test.macro({ exec(t, f) { f(); t.context.go(); }, title: () => "x" });\ntest("one", macro, b);\ntest.skip("two", macro, c);\n',
      "lib.mjs":
        "/** @requires service:a */\nexport function a() {}\n/** @requires service:b */\nexport function b() {}\n/** @requires service:c */\nexport function c() {}\n",
      "lib.ts":
        "/** @requires service:a */\nexport function a(): void {}\n/** @requires service:b */\nexport function b(): void {}\n/** @requires service:c */\nexport function c(): void {}\n/** @requires service:d */\nexport function d(): void {}\n",
    },
    command: "npx ava",
    requires: ["service:a", "service:b"],
  },
  {
    name: "npm script with cross-env and chained run",
    files: {
      "package.json":
        '{"scripts":{"ci":"run-s lint \'test:*\'","lint":"node l.js","test:a":"cross-env NODE_ENV=test node t.js"}}\n',
      "l.js": 'require("./lib.cjs").b();\n',
      "t.js": 'require("./lib.cjs").a();\n',
      "lib.ts":
        "/** @requires service:a */\nexport function a(): void {}\n/** @requires service:b */\nexport function b(): void {}\n/** @requires service:c */\nexport function c(): void {}\n/** @requires service:d */\nexport function d(): void {}\n",
      "lib.cjs":
        '"use strict";\n/** @requires service:a */\nexports.a = function a() {};\n/** @requires service:b */\nexports.b = function b() {};\n/** @requires service:c */\nexports.c = function c() {};\n/** @requires service:d */\nexports.d = function d() {};\n',
    },
    command: "npm run ci",
    requires: ["service:a", "service:b"],
  },
  {
    name: "jest namespace passed to own helper only",
    files: {
      "x.test.ts":
        'import * as lib from "./lib";\nfunction use(l: typeof lib) { l.a(); }\ntest("x", () => { use(lib); expect(lib).toBeDefined(); });\n',
      "lib.ts":
        "/** @requires service:a */\nexport function a(): void {}\n/** @requires service:b */\nexport function b(): void {}\n/** @requires service:c */\nexport function c(): void {}\n/** @requires service:d */\nexport function d(): void {}\n",
    },
    command: "npx jest",
    requires: ["service:a"],
  },
  {
    name: "jest expect of a function does not call it",
    files: {
      "x.test.ts":
        'import { a, b } from "./lib";\ntest("x", () => { a(); expect(b).toBeDefined(); expect(typeof b).toBe("function"); });\n',
      "lib.ts":
        "/** @requires service:a */\nexport function a(): void {}\n/** @requires service:b */\nexport function b(): void {}\n/** @requires service:c */\nexport function c(): void {}\n/** @requires service:d */\nexport function d(): void {}\n",
    },
    command: "npx jest",
    requires: ["service:a"],
  },
  {
    name: "ava before sets context",
    files: {
      "test/x.test.js":
        'import test from "ava"; import { a } from "../lib.js";\ntest.before((t) => { t.context.go = a; });\ntest("one", (t) => { t.context.go(); });\n',
      "lib.ts":
        "/** @requires service:a */\nexport function a(): void {}\n/** @requires service:b */\nexport function b(): void {}\n/** @requires service:c */\nexport function c(): void {}\n/** @requires service:d */\nexport function d(): void {}\n",
    },
    command: "npx ava",
    requires: ["service:a"],
  },
  {
    name: "ava beforeEach sets context",
    files: {
      "test/x.test.js":
        'import test from "ava"; import { a } from "../lib.js";\ntest.beforeEach((t) => { t.context = { go: a }; });\ntest("one", (t) => { t.context.go(); });\n',
      "lib.ts":
        "/** @requires service:a */\nexport function a(): void {}\n/** @requires service:b */\nexport function b(): void {}\n/** @requires service:c */\nexport function c(): void {}\n/** @requires service:d */\nexport function d(): void {}\n",
    },
    command: "npx ava",
    requires: ["service:a"],
  },
  {
    name: "vitest beforeAll async returns teardown",
    files: {
      "x.test.ts":
        'import { test, beforeAll } from "vitest"; import { a, b } from "./lib";\nbeforeAll(async () => { a(); return async () => { b(); }; });\ntest("x", () => {});\n',
      "lib.ts":
        "/** @requires service:a */\nexport function a(): void {}\n/** @requires service:b */\nexport function b(): void {}\n/** @requires service:c */\nexport function c(): void {}\n/** @requires service:d */\nexport function d(): void {}\n",
    },
    command: "npx vitest run",
    requires: ["service:a", "service:b"],
  },
  {
    name: "playwright webServer only",
    files: {
      "playwright.config.ts": 'export default { webServer: { command: "node server.js" } };\n',
      "server.js": 'const { c } = require("./lib.cjs"); c();\n',
      "x.spec.ts": 'import { test } from "@playwright/test"; test("x", () => {});\n',
      "lib.ts":
        "/** @requires service:a */\nexport function a(): void {}\n/** @requires service:b */\nexport function b(): void {}\n/** @requires service:c */\nexport function c(): void {}\n/** @requires service:d */\nexport function d(): void {}\n",
      "lib.cjs":
        '"use strict";\n/** @requires service:a */\nexports.a = function a() {};\n/** @requires service:b */\nexports.b = function b() {};\n/** @requires service:c */\nexports.c = function c() {};\n/** @requires service:d */\nexports.d = function d() {};\n',
    },
    command: "npx playwright test",
    requires: ["service:c"],
  },
  {
    name: "run-s quoted glob",
    files: {
      "package.json": '{"scripts":{"ci":"run-s \'test:*\'","test:a":"node t.js"}}\n',
      "t.js": 'require("./lib.cjs").a();\n',
      "lib.ts":
        "/** @requires service:a */\nexport function a(): void {}\n/** @requires service:b */\nexport function b(): void {}\n/** @requires service:c */\nexport function c(): void {}\n/** @requires service:d */\nexport function d(): void {}\n",
      "lib.cjs":
        '"use strict";\n/** @requires service:a */\nexports.a = function a() {};\n/** @requires service:b */\nexports.b = function b() {};\n/** @requires service:c */\nexports.c = function c() {};\n/** @requires service:d */\nexports.d = function d() {};\n',
    },
    command: "npm run ci",
    requires: ["service:a"],
  },
  {
    name: "run-s double-quoted glob",
    files: {
      "package.json": '{"scripts":{"ci":"npm-run-all \\"test:*\\"","test:a":"node t.js"}}\n',
      "t.js": 'require("./lib.cjs").a();\n',
      "lib.ts":
        "/** @requires service:a */\nexport function a(): void {}\n/** @requires service:b */\nexport function b(): void {}\n/** @requires service:c */\nexport function c(): void {}\n/** @requires service:d */\nexport function d(): void {}\n",
      "lib.cjs":
        '"use strict";\n/** @requires service:a */\nexports.a = function a() {};\n/** @requires service:b */\nexports.b = function b() {};\n/** @requires service:c */\nexports.c = function c() {};\n/** @requires service:d */\nexports.d = function d() {};\n',
    },
    command: "npm run ci",
    requires: ["service:a"],
  },
  {
    name: "mocha root hooks esm export const",
    files: {
      "hooks.mjs": 'import { a } from "./lib.js"; export const mochaHooks = { beforeAll() { a(); } };\n',
      "test/x.js": 'it("y", () => {});\n',
      "lib.ts":
        "/** @requires service:a */\nexport function a(): void {}\n/** @requires service:b */\nexport function b(): void {}\n/** @requires service:c */\nexport function c(): void {}\n/** @requires service:d */\nexport function d(): void {}\n",
    },
    command: "npx mocha --require ./hooks.mjs",
    requires: ["service:a"],
  },
  {
    name: "mocha mochaHooks named function",
    files: {
      "hooks.js":
        'const { a, b } = require("./lib.cjs"); exports.mochaHooks = { beforeEach: [function () { a(); }] , afterAll() { b(); } };\n',
      "test/x.js": 'it("y", () => {});\n',
      "lib.ts":
        "/** @requires service:a */\nexport function a(): void {}\n/** @requires service:b */\nexport function b(): void {}\n/** @requires service:c */\nexport function c(): void {}\n/** @requires service:d */\nexport function d(): void {}\n",
      "lib.cjs":
        '"use strict";\n/** @requires service:a */\nexports.a = function a() {};\n/** @requires service:b */\nexports.b = function b() {};\n/** @requires service:c */\nexports.c = function c() {};\n/** @requires service:d */\nexports.d = function d() {};\n',
    },
    command: "npx mocha --require ./hooks.js",
    requires: ["service:a", "service:b"],
  },
  {
    name: "mocha cjs mochaHooks module.exports",
    files: {
      "hooks.js":
        'const { a, b } = require("./lib.cjs"); module.exports = { mochaHooks: { beforeEach() { a(); } } };\n',
      "test/x.js": 'it("y", () => {});\n',
      "lib.ts":
        "/** @requires service:a */\nexport function a(): void {}\n/** @requires service:b */\nexport function b(): void {}\n/** @requires service:c */\nexport function c(): void {}\n/** @requires service:d */\nexport function d(): void {}\n",
      "lib.cjs":
        '"use strict";\n/** @requires service:a */\nexports.a = function a() {};\n/** @requires service:b */\nexports.b = function b() {};\n/** @requires service:c */\nexports.c = function c() {};\n/** @requires service:d */\nexports.d = function d() {};\n',
    },
    command: "npx mocha --require ./hooks.js",
    requires: ["service:a"],
  },
  {
    name: "run-s unquoted",
    files: {
      "package.json": '{"scripts":{"ci":"run-s test:*","test:a":"node t.js"}}\n',
      "t.js": 'require("./lib.cjs").a();\n',
      "lib.ts":
        "/** @requires service:a */\nexport function a(): void {}\n/** @requires service:b */\nexport function b(): void {}\n/** @requires service:c */\nexport function c(): void {}\n/** @requires service:d */\nexport function d(): void {}\n",
      "lib.cjs":
        '"use strict";\n/** @requires service:a */\nexports.a = function a() {};\n/** @requires service:b */\nexports.b = function b() {};\n/** @requires service:c */\nexports.c = function c() {};\n/** @requires service:d */\nexports.d = function d() {};\n',
    },
    command: "npm run ci",
    requires: ["service:a"],
  },
  {
    name: "run-p glob direct",
    files: {
      "package.json": '{"scripts":{"test:a":"node t.js"}}\n',
      "t.js": 'require("./lib.cjs").a();\n',
      "lib.ts":
        "/** @requires service:a */\nexport function a(): void {}\n/** @requires service:b */\nexport function b(): void {}\n/** @requires service:c */\nexport function c(): void {}\n/** @requires service:d */\nexport function d(): void {}\n",
      "lib.cjs":
        '"use strict";\n/** @requires service:a */\nexports.a = function a() {};\n/** @requires service:b */\nexports.b = function b() {};\n/** @requires service:c */\nexports.c = function c() {};\n/** @requires service:d */\nexports.d = function d() {};\n',
    },
    command: "npx run-p test:*",
    requires: ["service:a"],
  },
  {
    name: "concurrently npm:glob",
    files: {
      "package.json": '{"scripts":{"ci":"concurrently \\"npm:test:*\\"","test:a":"node t.js"}}\n',
      "t.js": 'require("./lib.cjs").a();\n',
      "lib.ts":
        "/** @requires service:a */\nexport function a(): void {}\n/** @requires service:b */\nexport function b(): void {}\n/** @requires service:c */\nexport function c(): void {}\n/** @requires service:d */\nexport function d(): void {}\n",
      "lib.cjs":
        '"use strict";\n/** @requires service:a */\nexports.a = function a() {};\n/** @requires service:b */\nexports.b = function b() {};\n/** @requires service:c */\nexports.c = function c() {};\n/** @requires service:d */\nexports.d = function d() {};\n',
    },
    command: "npm run ci",
    requires: ["service:a"],
  },
  {
    name: "for i literal",
    files: {
      "t.mjs": 'import { a, b } from "./lib.js"; const l = [a, b]; for (let i = 0; i < 2; i++) l[i]();\n',
      "lib.ts":
        "/** @requires service:a */\nexport function a(): void {}\n/** @requires service:b */\nexport function b(): void {}\n/** @requires service:c */\nexport function c(): void {}\n/** @requires service:d */\nexport function d(): void {}\n",
    },
    command: "node t.mjs",
    requires: ["service:a", "service:b"],
  },
  {
    name: "exports.mochaHooks beforeAll only via .mocharc require",
    files: {
      ".mocharc.js": 'module.exports = { require: ["./hooks.js"] };\n',
      "hooks.js": 'const { a } = require("./lib.cjs"); exports.mochaHooks = { beforeAll() { a(); } };\n',
      "test/x.js": 'it("y", () => {});\n\n',
      "lib.ts":
        "/** @requires service:a */\nexport function a(): void {}\n/** @requires service:b */\nexport function b(): void {}\n/** @requires service:c */\nexport function c(): void {}\n/** @requires service:d */\nexport function d(): void {}\n",
      "lib.cjs":
        '"use strict";\n/** @requires service:a */\nexports.a = function a() {};\n/** @requires service:b */\nexports.b = function b() {};\n/** @requires service:c */\nexports.c = function c() {};\n/** @requires service:d */\nexports.d = function d() {};\n',
    },
    command: "npx mocha",
    requires: ["service:a"],
  },
];
