import { type CorpusCase, servicesInCommonJs, servicesInTypescript } from "./corpus.js";

export const globalsCases: CorpusCase[] = [
  {
    name: "a handler of a route, whatever its method is called",
    files: {
      "a.test.mjs":
        'import express from "express";\n/** @requires service:a */\nfunction a() {}\nconst app = express();\napp.patch("/x", a);\n',
    },
    command: "node --test a.test.mjs",
    requires: ["service:a"],
  },
  {
    name: "ts package imports with conditions",
    files: {
      "package.json": '{"type":"module","imports":{"#db":{"node":"./node.ts","default":"./browser.ts"}}}\n',
      "t.test.ts": 'import { go } from "#db"; go();\n',
      "node.ts": 'import { a } from "./lib.ts"; export function go() { a(); }\n',
      "browser.ts": 'import { b } from "./lib.ts"; export function go() { b(); }\n',
      "lib.ts": servicesInTypescript,
    },
    command: "node --test t.test.ts",
    requires: ["service:a"],
  },
  {
    name: "createRequire",
    files: {
      "t.mjs":
        'import { createRequire } from "node:module"; const require = createRequire(import.meta.url);\nconst { a } = require("./lib.cjs"); a();\n',
      "lib.ts": servicesInTypescript,
      "lib.cjs": servicesInCommonJs,
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
      "lib.ts": servicesInTypescript,
    },
    command: "node t.mjs",
    requires: [],
  },
  {
    name: "namespace given to console.log",
    files: {
      "t.mjs": 'import * as lib from "./lib.js"; console.log(lib);\n',
      "lib.ts": servicesInTypescript,
    },
    command: "node t.mjs",
    requires: [],
  },
  {
    name: "object with methods given to assert.deepEqual",
    files: {
      "t.mjs":
        'import { a } from "./lib.js"; import assert from "node:assert"; const api = { open: a, port: 1 }; assert.deepEqual(api, api);\n',
      "lib.ts": servicesInTypescript,
    },
    command: "node t.mjs",
    requires: [],
  },
  {
    name: "globalThis.x set by a module and read by globalThis.x",
    files: {
      "t.js": 'require("./setup.js"); globalThis.connect();\n',
      "setup.js": 'const { a } = require("./lib.cjs"); globalThis.connect = () => a();\n',
      "lib.ts": servicesInTypescript,
      "lib.cjs": servicesInCommonJs,
    },
    command: "node t.js",
    requires: ["service:a"],
  },
  {
    name: "global.x set and called by bare name in the same file",
    files: {
      "t.js": 'const { a } = require("./lib.cjs"); global.connect = () => a(); connect();\n',
      "lib.ts": servicesInTypescript,
      "lib.cjs": servicesInCommonJs,
    },
    command: "node t.js",
    requires: ["service:a"],
  },
  {
    name: "list of handlers called by index in a for loop",
    files: {
      "t.mjs":
        'import { a, b } from "./lib.js"; const list = [() => a(), () => b()];\nfor (let i = 0; i < list.length; i++) list[i]();\n',
      "lib.ts": servicesInTypescript,
    },
    command: "node t.mjs",
    requires: ["service:a", "service:b"],
  },
  {
    name: "createRequire under another name",
    files: {
      "t.mjs":
        'import { createRequire } from "node:module"; const req = createRequire(import.meta.url);\nconst lib = req("./lib.cjs"); lib.a();\n',
      "lib.ts": servicesInTypescript,
      "lib.cjs": servicesInCommonJs,
    },
    command: "node t.mjs",
    requires: ["service:a"],
  },
  {
    name: "index i += 1",
    files: {
      "t.mjs":
        'import { a, b } from "./lib.js"; const l = [a, b]; let i = 0; while (i < l.length) { l[i](); i += 1; }\n',
      "lib.ts": servicesInTypescript,
    },
    command: "node t.mjs",
    requires: ["service:a", "service:b"],
  },
  {
    name: "global js then node",
    files: {
      "setup.js": 'const { a } = require("./lib.cjs"); globalThis.connect = a;\n',
      "t.js": "globalThis.connect();\n",
      "lib.ts": servicesInTypescript,
      "lib.cjs": servicesInCommonJs,
    },
    command: "node -r ./setup.js t.js",
    requires: ["service:a"],
  },
  {
    name: "globalThis direct same file",
    files: {
      "t.js": 'const { a } = require("./lib.cjs"); globalThis.connect = a; globalThis.connect();\n',
      "lib.ts": servicesInTypescript,
      "lib.cjs": servicesInCommonJs,
    },
    command: "node t.js",
    requires: ["service:a"],
  },
  {
    name: "window.api stub",
    files: {
      "x.test.ts":
        'import { test } from "vitest"; import { a } from "./lib";\n(window as any).api = { open: () => a() };\ntest("x", () => { (window as any).api.open(); });\n\n',
      "lib.ts": servicesInTypescript,
    },
    command: "npx vitest run",
    requires: ["service:a"],
  },
  {
    name: "for i literal",
    files: {
      "t.mjs": 'import { a, b } from "./lib.js"; const l = [a, b]; for (let i = 0; i < 2; i++) l[i]();\n',
      "lib.ts": servicesInTypescript,
    },
    command: "node t.mjs",
    requires: ["service:a", "service:b"],
  },
];
