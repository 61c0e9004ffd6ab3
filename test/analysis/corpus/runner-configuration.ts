import { type CorpusCase, servicesInCommonJs, servicesInTypescript } from "./corpus.js";

export const runnerConfigurationCases: CorpusCase[] = [
  {
    name: "jest testPathIgnorePatterns",
    files: {
      "package.json": '{"jest":{"testPathIgnorePatterns":["/node_modules/","/e2e/"]}}\n',
      "unit/x.test.ts": 'import { a } from "../lib"; test("x", () => a());\n',
      "e2e/y.test.ts": 'import { b } from "../lib"; test("y", () => b());\n',
      "lib.ts": servicesInTypescript,
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
      "lib.ts": servicesInTypescript,
    },
    command: "npx vitest run",
    requires: ["service:a"],
  },
  {
    name: "mocha rc with require and spec",
    files: {
      ".mocharc.json": '{"require":["./hooks.js"],"spec":["spec/**/*.spec.js"]}\n',
      "hooks.js": 'const { a } = require("./lib.cjs"); exports.mochaHooks = { beforeEach() { a(); } };\n',
      "spec/x.spec.js":
        'const { b } = require("../lib.cjs"); describe("x", function () { it("y", function () { b(); }); });\n',
      "test/y.js": 'const { c } = require("../lib.cjs"); it("z", () => c());\n',
      "lib.ts": servicesInTypescript,
      "lib.cjs": servicesInCommonJs,
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
      "lib.ts": servicesInTypescript,
      "lib.cjs": servicesInCommonJs,
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
      "lib.ts": servicesInTypescript,
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
      "lib.ts": servicesInTypescript,
      "lib.cjs": servicesInCommonJs,
    },
    command: "npm run ci",
    requires: ["service:a", "service:b"],
  },
  {
    name: "jest namespace passed to own helper only",
    files: {
      "x.test.ts":
        'import * as lib from "./lib";\nfunction use(l: typeof lib) { l.a(); }\ntest("x", () => { use(lib); expect(lib).toBeDefined(); });\n',
      "lib.ts": servicesInTypescript,
    },
    command: "npx jest",
    requires: ["service:a"],
  },
  {
    name: "ava before sets context",
    files: {
      "test/x.test.js":
        'import test from "ava"; import { a } from "../lib.js";\ntest.before((t) => { t.context.go = a; });\ntest("one", (t) => { t.context.go(); });\n',
      "lib.ts": servicesInTypescript,
    },
    command: "npx ava",
    requires: ["service:a"],
  },
  {
    name: "ava beforeEach sets context",
    files: {
      "test/x.test.js":
        'import test from "ava"; import { a } from "../lib.js";\ntest.beforeEach((t) => { t.context = { go: a }; });\ntest("one", (t) => { t.context.go(); });\n',
      "lib.ts": servicesInTypescript,
    },
    command: "npx ava",
    requires: ["service:a"],
  },
  {
    name: "playwright webServer only",
    files: {
      "playwright.config.ts": 'export default { webServer: { command: "node server.js" } };\n',
      "server.js": 'const { c } = require("./lib.cjs"); c();\n',
      "x.spec.ts": 'import { test } from "@playwright/test"; test("x", () => {});\n',
      "lib.ts": servicesInTypescript,
      "lib.cjs": servicesInCommonJs,
    },
    command: "npx playwright test",
    requires: ["service:c"],
  },
  {
    name: "run-s quoted glob",
    files: {
      "package.json": '{"scripts":{"ci":"run-s \'test:*\'","test:a":"node t.js"}}\n',
      "t.js": 'require("./lib.cjs").a();\n',
      "lib.ts": servicesInTypescript,
      "lib.cjs": servicesInCommonJs,
    },
    command: "npm run ci",
    requires: ["service:a"],
  },
  {
    name: "run-s double-quoted glob",
    files: {
      "package.json": '{"scripts":{"ci":"npm-run-all \\"test:*\\"","test:a":"node t.js"}}\n',
      "t.js": 'require("./lib.cjs").a();\n',
      "lib.ts": servicesInTypescript,
      "lib.cjs": servicesInCommonJs,
    },
    command: "npm run ci",
    requires: ["service:a"],
  },
  {
    name: "run-s unquoted",
    files: {
      "package.json": '{"scripts":{"ci":"run-s test:*","test:a":"node t.js"}}\n',
      "t.js": 'require("./lib.cjs").a();\n',
      "lib.ts": servicesInTypescript,
      "lib.cjs": servicesInCommonJs,
    },
    command: "npm run ci",
    requires: ["service:a"],
  },
  {
    name: "run-p glob direct",
    files: {
      "package.json": '{"scripts":{"test:a":"node t.js"}}\n',
      "t.js": 'require("./lib.cjs").a();\n',
      "lib.ts": servicesInTypescript,
      "lib.cjs": servicesInCommonJs,
    },
    command: "npx run-p test:*",
    requires: ["service:a"],
  },
  {
    name: "concurrently npm:glob",
    files: {
      "package.json": '{"scripts":{"ci":"concurrently \\"npm:test:*\\"","test:a":"node t.js"}}\n',
      "t.js": 'require("./lib.cjs").a();\n',
      "lib.ts": servicesInTypescript,
      "lib.cjs": servicesInCommonJs,
    },
    command: "npm run ci",
    requires: ["service:a"],
  },
];
