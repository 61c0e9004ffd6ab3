import type { CorpusCase } from "./corpus.js";

export const workspaceCases: CorpusCase[] = [
  {
    name: "workspace without link",
    files: {
      "package.json": '{"workspaces":["packages/*"]}',
      "packages/app/package.json": '{"name":"app"}',
      "packages/lib/package.json": '{"name":"@acme/lib","exports":{".":"./src/index.ts"}}',
      "packages/lib/src/index.ts": "/** @requires service:lib */\nexport function lib() {}\n",
      "packages/app/a.test.ts": 'import { lib } from "@acme/lib";\nlib();\n',
    },
    command: "node --test packages/app/a.test.ts",
    requires: ["service:lib"],
  },
  {
    name: "workspace main",
    files: {
      "package.json": '{"workspaces":{"packages":["packages/*"]}}',
      "packages/app/package.json": '{"name":"app"}',
      "packages/lib/package.json": '{"name":"lib","main":"main.js"}',
      "packages/lib/main.js": "/** @requires service:lib */\nexports.lib = function lib() {};\n",
      "packages/app/a.test.js": 'const { lib } = require("lib");\nlib();\n',
    },
    command: "node --test packages/app/a.test.js",
    requires: ["service:lib"],
  },
  {
    name: "workspace subpath dist->src types",
    files: {
      "pnpm-workspace.yaml": 'packages:\n  - "packages/*"\n',
      "packages/app/package.json": '{"name":"app"}',
      "packages/lib/package.json":
        '{"name":"@acme/lib","exports":{"./net":{"types":"./src/net.ts","default":"./dist/net.js"}}}',
      "packages/lib/src/net.ts": "/** @requires service:lib */\nexport function lib() {}\n",
      "packages/app/a.test.ts": 'import { lib } from "@acme/lib/net";\nlib();\n',
    },
    command: "node --test packages/app/a.test.ts",
    requires: ["service:lib"],
  },
  {
    name: "ambient module",
    files: {
      "types.d.ts": 'declare module "foreign" {\n  /** @requires service:far */\n  export function go(): void;\n}\n',
      "a.test.ts": 'import { go } from "foreign";\ngo();\n',
    },
    command: "node --test a.test.ts",
    requires: ["service:far"],
  },
  {
    name: "jsdoc type param",
    files: {
      "store.js": "export class Store {\n  /** @requires service:db */\n  save() {}\n}\n",
      "a.test.js":
        'import { Store } from "./store.js";\n/** @param {Store} store */\nfunction use(store) { store.save(); }\nuse(globalThis.makeStore());\n',
    },
    command: "node --test a.test.js",
    requires: ["service:db"],
  },
  {
    name: "jsdoc @type import",
    files: {
      "store.js": "export class Store {\n  /** @requires service:db */\n  save() {}\n}\n",
      "a.test.js": '/** @type {import("./store.js").Store} */\nconst store = globalThis.x;\nstore.save();\n',
    },
    command: "node --test a.test.js",
    requires: ["service:db"],
  },
  {
    name: "json import",
    files: {
      "conf.json": '{"service":"nfs"}',
      "lib.ts": "/** @requires service:{name} */\nexport function mount(name: string) {}\n",
      "a.test.ts": 'import conf from "./conf.json";\nimport { mount } from "./lib";\nmount(conf.service);\n',
    },
    command: "node --test a.test.ts",
    requires: ["service:nfs"],
  },
  {
    name: "json require",
    files: {
      "conf.json": '{"services":["nfs","db"]}',
      "lib.js": "/** @requires service:{name} */\nexports.mount = function mount(name) {};\n",
      "a.test.js":
        'const conf = require("./conf.json");\nconst { mount } = require("./lib");\nfor (const s of conf.services) mount(s);\n',
    },
    command: "node --test a.test.js",
    requires: ["service:db", "service:nfs"],
  },
  {
    name: "py json load",
    files: {
      "a.py":
        'import json\ndef mount(name):\n    """:requires: service:{name}"""\nwith open("conf.json") as f:\n    conf = json.load(f)\nmount(conf["service"])\n',
      "conf.json": '{"service":"nfs"}',
    },
    command: "python3 a.py",
    requires: ["service:nfs"],
  },
  {
    name: "ts json fs",
    files: {
      "conf.json": '{"service":"nfs"}',
      "lib.ts": "/** @requires service:{name} */\nexport function mount(name: string) {}\n",
      "a.test.ts":
        'import { readFileSync } from "node:fs";\nimport { mount } from "./lib";\nconst conf = JSON.parse(readFileSync("conf.json", "utf8"));\nmount(conf.service);\n',
    },
    command: "node --test a.test.ts",
    requires: ["service:nfs"],
  },
  {
    name: "import attributes json",
    files: {
      "conf.json": '{"service":"nfs"}',
      "lib.mjs": "/** @requires service:{name} */\nexport function mount(name) {}\n",
      "a.test.mjs":
        'import conf from "./conf.json" with { type: "json" };\nimport { mount } from "./lib.mjs";\nmount(conf.service);\n',
    },
    command: "node --test a.test.mjs",
    requires: ["service:nfs"],
  },
  {
    name: "testify module mapping",
    files: {
      "requirements.yaml": "pg.Client.connect: [service:db]\n",
      "a.test.ts": 'import pg from "pg";\nconst c = new pg.Client();\nawait c.connect();\n',
    },
    command: "node --test a.test.ts",
    requires: ["service:db"],
  },
];
