import type { CorpusCase } from "./corpus.js";
import { one } from "./one-test.js";

export const annotationsCases: CorpusCase[] = [
  one(
    "texts of parts that may be empty",
    '/** @requires package:{name} */\nfunction need(name: string): void {}\nfor (const prefix of ["", "lib"]) for (const name of ["x", "y"]) need(prefix + name);\n',
    ["package:libx", "package:liby", "package:x", "package:y"],
  ),
  one(
    "the library",
    'import { blockDevice, hasPackage, needsCommand, temporaryDatabase } from "holdfast/library";\nawait hasPackage("mirror", "x", { system: "npm" });\nblockDevice("/dev/sdb");\nneedsCommand("git");\nawait temporaryDatabase();\n',
    ["command:git", "command:initdb", "command:postgres", "device:/dev/sdb", "service:mirror"],
  ),
  one(
    "annotations on properties of interfaces",
    "interface Env {\n  /** @requires service:nfs */\n  home: string;\n  other: string;\n}\nfunction use(env: Env) { return env.home; }\nuse(JSON.parse('{}'));\n",
    ["service:nfs"],
  ),
  one(
    "bound to the rows of a test",
    'import { test } from "vitest";\n/** @requires package:{name} */\nfunction need(name: string) {}\ntest.each(["curl", "jq"])("%s", (name) => need(name));\ntest.each([["tar", 1]])("%s", (name, n) => need(name));\n',
    ["package:curl", "package:jq", "package:tar"],
    { command: "npx vitest run" },
  ),
  one("annotations on classes", "/** @requires service:nfs */\nclass A {}\nnew A();\n", ["service:nfs"]),
  one("annotations on constructors", "class A {\n  /** @requires service:nfs */\n  constructor() {}\n}\nnew A();\n", [
    "service:nfs",
  ]),
  one(
    "annotations on accessors",
    "class A {\n  /** @requires service:nfs */\n  get home() { return 1; }\n}\nconsole.log(new A().home);\n",
    ["service:nfs"],
  ),
  one(
    "annotations on variables",
    "/** @requires service:nfs */\nconst home = process.env.HOME_DIR;\nconsole.log(home);\n",
    ["service:nfs"],
  ),
  one(
    "annotations on variables of another module",
    'import { home } from "./config.js";\nconsole.log(home);\n',
    ["service:nfs"],
    {
      others: { "config.ts": "/** @requires service:nfs */\nexport const home = '/home';\nexport const other = 1;\n" },
    },
  ),
  one("an annotated variable that is not read", 'import { other } from "./config.js";\nconsole.log(other);\n', [], {
    others: { "config.ts": "/** @requires service:nfs */\nexport const home = '/home';\nexport const other = 1;\n" },
  }),
  one(
    "annotations on properties",
    "const config = {\n  /** @requires service:nfs */\n  home: '/home',\n  other: 1,\n};\nconsole.log(config.home);\n",
    ["service:nfs"],
  ),
  one(
    "annotations on fields",
    "class C {\n  /** @requires service:nfs */\n  home = '/home';\n  other = 2;\n}\nconsole.log(new C().home);\n",
    ["service:nfs"],
  ),
  one(
    "annotations on function properties",
    "const api = {\n  /** @requires service:nfs */\n  mount: () => 1,\n  /** @requires service:db */\n  query() {},\n};\napi.mount();\n",
    ["service:nfs"],
  ),
  one(
    "annotations on overloads",
    'function open(kind: "nfs"): void;\n/** @requires service:db */\nfunction open(kind: "db"): void;\nfunction open(kind: string): void {}\nopen("nfs");\n',
    [],
  ),
  one(
    "the overload that is called",
    'function open(kind: "nfs"): void;\n/** @requires service:db */\nfunction open(kind: "db"): void;\nfunction open(kind: string): void {}\nopen("db");\n',
    ["service:db"],
  ),
  one("annotations on modules", 'import "./mod.js";\n', ["service:nfs"], {
    others: {
      "mod.ts": "/**\n * Talks to the store.\n * @module\n * @requires service:nfs\n */\nexport const x = 1;\n",
    },
  }),
  one("several in one line", "/** @requires service:nfs, package:curl>=8 */\nfunction a() {}\na();\n", [
    "package:curl>=8",
    "service:nfs",
  ]),
  one(
    "bound to an argument",
    '/** @requires package:{name} */\nfunction need(name: string) {}\nneed("curl");\nneed(`${"j"}q`);\n',
    ["package:curl", "package:jq"],
  ),
  one(
    "bound by position",
    '/** @requires package:{0} */\nfunction need(name: string) {}\nconst tool = "curl";\nneed(tool);\n',
    ["package:curl"],
  ),
  one(
    "bound to an enum",
    'enum Tool { Curl = "curl", Jq = "jq" }\n/** @requires command:{tool} */\nfunction need(tool: Tool) {}\nneed(Tool.Jq);\n',
    ["command:jq"],
  ),
  one(
    "bound to an object's property",
    '/** @requires package:{options.name} */\nfunction need(options: { name: string }) {}\nneed({ name: "curl" });\n',
    ["package:curl"],
  ),
  one(
    "bound to a destructured parameter",
    '/** @requires package:{name} */\nfunction need({ name }: { name: string }) {}\nneed({ name: "curl" });\n',
    ["package:curl"],
  ),
  one("bound to a default", '/** @requires package:{name} */\nfunction need(name = "curl") {}\nneed();\n', [
    "package:curl",
  ]),
  one(
    "bound through a relay",
    '/** @requires package:{name} */\nfunction need(name: string) {}\nfunction relay(x: string) { need(x); }\nrelay("curl");\nrelay("jq");\n',
    ["package:curl", "package:jq"],
  ),
  one(
    "bound to all of a list",
    '/** @requires package:{name} */\nfunction need(name: string) {}\nfor (const each of ["curl", "jq"] as const) need(each);\n',
    ["package:curl", "package:jq"],
  ),
  one(
    "bound to what is not known",
    "/** @requires package:{name} */\nfunction need(name: string) {}\nneed(process.env.TOOL!);\n",
    [],
    { notUnderstood: ["a.test.ts:3"] },
  ),
  one(
    "bound to a condition",
    '/** @requires package:{name} */\nfunction need(name: string) {}\nneed(Math.random() > 1 ? "a" : "b");\n',
    ["package:a", "package:b"],
  ),
  one(
    "provides",
    "/** @provides service:nfs */\nfunction start() {}\n/** @requires service:nfs */\nfunction mount() {}\nstart();\nmount();\n",
    [],
  ),
];
