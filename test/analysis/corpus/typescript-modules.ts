import type { CorpusCase } from "./corpus.js";
import { imports, one } from "./one-test.js";

export const modulesCases: CorpusCase[] = [
  one("a direct call", `${imports}mount();\n`, ["service:nfs"], { chains: { "service:nfs": ["mount a.test.ts:2"] } }),
  one(
    "a call in a test's callback",
    `import { test } from "node:test";\n${imports}test("x", async () => { mount(); });\n`,
    ["service:nfs"],
  ),
  one("an import that is not used", `${imports}free();\n`, []),
  one("a function that is declared and not called", `${imports}function unused() { mount(); }\nfree();\n`, []),
  one(
    "through functions",
    `${imports}const a = () => b();\nfunction b() { return mount(); }\na();\n`,
    ["service:nfs"],
    { chains: { "service:nfs": ["a a.test.ts:4", "b a.test.ts:2", "mount a.test.ts:3"] } },
  ),
  one("barrels", 'import { mount as m } from "./index.js";\nm();\n', ["service:nfs"], {
    others: {
      "index.ts": 'export * from "./more/index.js";\n',
      "more/index.ts": 'export { mount } from "../lib.js";\n',
    },
  }),
  one("export * as", 'import { store } from "./index.js";\nstore.mount();\n', ["service:nfs"], {
    others: { "index.ts": 'export * as store from "./lib.js";\n' },
  }),
  one("namespace members", 'import * as lib from "./lib.js";\nlib.mount();\n', ["service:nfs"]),
  one("destructured namespace", 'import * as lib from "./lib.js";\nconst { mount: m } = lib;\nm();\n', ["service:nfs"]),
  one("default export", 'import run from "./run.js";\nrun();\n', ["service:nfs"], {
    others: { "run.ts": `${imports}export default function () { mount(); }\n` },
  }),
  one("default export of an expression", 'import run from "./run.js";\nrun();\n', ["service:db"], {
    others: { "run.ts": `${imports}export default () => query();\n` },
  }),
  {
    name: "CommonJS",
    files: {
      "a.test.js": 'const { mount } = require("./lib");\nconst all = require("./all");\nmount();\nall.q();\n',
      "lib.js": "/** @requires service:nfs */\nfunction mount() {}\nmodule.exports = { mount };\n",
      "all.js":
        "/** @requires service:db */\nexports.q = function () {};\n/** @requires service:no */\nexports.n = function () {};\n",
    },
    command: "node a.test.js",
    requires: ["service:db", "service:nfs"],
    notUnderstood: [],
  },
  {
    name: "CommonJS by import",
    files: {
      "a.mjs": 'import lib from "./lib.cjs";\nimport { mount } from "./lib.cjs";\nlib.query();\nmount();\n',
      "lib.cjs":
        "/** @requires service:nfs */\nfunction mount() {}\n/** @requires service:db */\nconst query = () => {};\nmodule.exports = { mount, query };\n",
    },
    command: "node a.mjs",
    requires: ["service:db", "service:nfs"],
    notUnderstood: [],
  },
  one("dynamic import", 'const { mount } = await import("./lib.js");\nmount();\n', ["service:nfs"]),
  one("dynamic import with then", 'import("./lib.js").then((lib) => lib.query());\n', ["service:db"]),
  one("dynamic import by a name that is not known", "const lib = await import(process.argv[2]!);\nlib.mount();\n", [], {
    notUnderstood: ["a.test.ts:1"],
  }),
  one("an import runs the module's top level", 'import "./setup.js";\n', ["service:nfs"], {
    others: { "setup.ts": `${imports}mount();\n` },
  }),
  one("an import of types runs nothing", 'import type { T } from "./setup.js";\nconst t: T = 1;\n', [], {
    others: { "setup.ts": `${imports}export type T = number;\nmount();\n` },
  }),
  one("paths of tsconfig", 'import { mount } from "@lab/lib";\nmount();\n', ["service:nfs"], {
    others: { "tsconfig.json": '{ "compilerOptions": { "paths": { "@lab/*": ["./*"] } } }' },
  }),
  one("a package of the workspace", 'import { go } from "@lab/tools";\ngo();\n', ["service:nfs"], {
    others: {
      "package.json": '{ "workspaces": ["packages/*"] }',
      "node_modules/@lab/tools/package.json": '{ "name": "@lab/tools", "exports": { ".": "./src/index.ts" } }',
      "node_modules/@lab/tools/src/index.ts": "/** @requires service:nfs */\nexport function go() {}\n",
    },
  }),
  one(
    "declarations of a package",
    'import { connect } from "dbx";\nconst client = await connect();\nclient.query("x");\n',
    ["service:db"],
    {
      others: {
        "node_modules/dbx/package.json": '{ "name": "dbx", "main": "index.js", "types": "index.d.ts" }',
        "node_modules/dbx/index.js": "exports.connect = () => ({ query() {} });\n",
        "node_modules/dbx/index.d.ts":
          "export interface Client {\n  /** @requires service:db */\n  query(text: string): void;\n  close(): void;\n}\nexport declare function connect(): Promise<Client>;\n",
      },
    },
  ),
];
