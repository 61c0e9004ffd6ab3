import { type CorpusCase, servicesInCommonJs, servicesInTypescript } from "./corpus.js";

export const runnerHookCases: CorpusCase[] = [
  {
    name: "jest.spyOn without implementation still runs",
    files: {
      "x.test.ts": 'import * as lib from "./lib";\ntest("x", () => { jest.spyOn(lib, "a"); lib.a(); });\n',
      "lib.ts": servicesInTypescript,
    },
    command: "npx jest",
    requires: ["service:a"],
  },
  {
    name: "vitest globalSetup returning teardown",
    files: {
      "vitest.config.ts": 'export default { test: { globalSetup: ["./global.ts"] } };\n',
      "global.ts": 'import { a, b } from "./lib"; export default function () { a(); return () => { b(); }; }\n',
      "x.test.ts": 'import { test } from "vitest"; test("x", () => {});\n',
      "lib.ts": servicesInTypescript,
    },
    command: "npx vitest run",
    requires: ["service:a", "service:b"],
  },
  {
    name: "vitest hook returns cleanup",
    files: {
      "x.test.ts":
        'import { test, beforeEach } from "vitest"; import { a, b } from "./lib";\nbeforeEach(() => { a(); return () => b(); });\ntest("x", () => {});\n',
      "lib.ts": servicesInTypescript,
    },
    command: "npx vitest run",
    requires: ["service:a", "service:b"],
  },
  {
    name: "jest expect of a function does not call it",
    files: {
      "x.test.ts":
        'import { a, b } from "./lib";\ntest("x", () => { a(); expect(b).toBeDefined(); expect(typeof b).toBe("function"); });\n',
      "lib.ts": servicesInTypescript,
    },
    command: "npx jest",
    requires: ["service:a"],
  },
  {
    name: "vitest beforeAll async returns teardown",
    files: {
      "x.test.ts":
        'import { test, beforeAll } from "vitest"; import { a, b } from "./lib";\nbeforeAll(async () => { a(); return async () => { b(); }; });\ntest("x", () => {});\n',
      "lib.ts": servicesInTypescript,
    },
    command: "npx vitest run",
    requires: ["service:a", "service:b"],
  },
  {
    name: "mocha root hooks esm export const",
    files: {
      "hooks.mjs": 'import { a } from "./lib.js"; export const mochaHooks = { beforeAll() { a(); } };\n',
      "test/x.js": 'it("y", () => {});\n',
      "lib.ts": servicesInTypescript,
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
      "lib.ts": servicesInTypescript,
      "lib.cjs": servicesInCommonJs,
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
      "lib.ts": servicesInTypescript,
      "lib.cjs": servicesInCommonJs,
    },
    command: "npx mocha --require ./hooks.js",
    requires: ["service:a"],
  },
  {
    name: "exports.mochaHooks beforeAll only via .mocharc require",
    files: {
      ".mocharc.js": 'module.exports = { require: ["./hooks.js"] };\n',
      "hooks.js": 'const { a } = require("./lib.cjs"); exports.mochaHooks = { beforeAll() { a(); } };\n',
      "test/x.js": 'it("y", () => {});\n\n',
      "lib.ts": servicesInTypescript,
      "lib.cjs": servicesInCommonJs,
    },
    command: "npx mocha",
    requires: ["service:a"],
  },
];
