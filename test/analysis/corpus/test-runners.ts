import type { CorpusCase } from "./corpus.js";

export const testRunnerCases: CorpusCase[] = [
  {
    name: "jest.mock factory",
    files: {
      "t.test.ts":
        'import { get } from "./api";\njest.mock("./api", () => ({ get: () => 1 }));\ntest("x", () => { get(); });\n',
      "api.ts": "/** @requires service:net */\nexport function get() {}\n",
    },
    command: "npx jest t.test.ts",
    requires: [],
  },
  {
    name: "jest.mock factory that calls",
    files: {
      "t.test.ts":
        'import { get } from "./api";\nimport { fake } from "./fake";\njest.mock("./api", () => ({ get: () => require("./fake").fake() }));\ntest("x", () => { get(); });\n',
      "api.ts": "export function get() {}\n",
      "fake.ts": "/** @requires service:fake */\nexport function fake() {}\n",
    },
    command: "npx jest t.test.ts",
    requires: ["service:fake"],
  },
  {
    name: "vi.mock importOriginal",
    files: {
      "t.test.ts":
        'import { vi, test } from "vitest";\nimport { get, other } from "./api";\nvi.mock("./api", async (importOriginal) => ({ ...(await importOriginal()), get: vi.fn() }));\ntest("x", () => { get(); other(); });\n',
      "api.ts":
        "/** @requires service:net */\nexport function get() {}\n/** @requires service:disk */\nexport function other() {}\n",
    },
    command: "npx vitest run t.test.ts",
    requires: ["service:disk"],
  },
  {
    name: "jest automock no factory",
    files: {
      "t.test.ts": 'import { get } from "./api";\njest.mock("./api");\ntest("x", () => { get(); });\n',
      "api.ts": "/** @requires service:net */\nexport function get() {}\n",
    },
    command: "npx jest t.test.ts",
    requires: [],
  },
  {
    name: "jest.requireActual",
    files: {
      "t.test.ts": 'jest.mock("./api");\ntest("x", () => { const { get } = jest.requireActual("./api"); get(); });\n',
      "api.ts": "/** @requires service:net */\nexport function get() {}\n",
    },
    command: "npx jest t.test.ts",
    requires: ["service:net"],
  },
  {
    name: "mocha this",
    files: {
      "lib.js": "exports.Client = class Client {\n  /** @requires service:db */\n  query() {}\n};\n",
      "a.test.js":
        'const { Client } = require("./lib");\ndescribe("x", function () {\n  before(function () { this.client = new Client(); });\n  it("y", function () { this.client.query(); });\n});\n',
    },
    command: "npx mocha a.test.js",
    requires: ["service:db"],
  },
  {
    name: "vitest extend",
    files: {
      "lib.ts": "export class Client {\n  /** @requires service:db */\n  query() {}\n}\n",
      "a.test.ts":
        'import { test as base } from "vitest";\nimport { Client } from "./lib";\nconst test = base.extend<{ client: Client }>({ client: async ({}, use) => { await use(new Client()); } });\ntest("y", ({ client }) => { client.query(); });\n',
    },
    command: "npx vitest run a.test.ts",
    requires: ["service:db"],
  },
  {
    name: "playwright fixture extend",
    files: {
      "lib.ts": "export class Shop {\n  /** @requires service:shop */\n  open() {}\n}\n",
      "fix.ts":
        'import { test as base } from "@playwright/test";\nimport { Shop } from "./lib";\nexport const test = base.extend<{ shop: Shop }>({ shop: async ({ page }, use) => { const s = new Shop(); await use(s); } });\n',
      "a.spec.ts": 'import { test } from "./fix";\ntest("y", async ({ shop }) => { shop.open(); });\n',
    },
    command: "npx playwright test a.spec.ts",
    requires: ["service:shop"],
  },
  {
    name: "jest projects",
    files: {
      "package.json": '{"jest":{"projects":["<rootDir>/p/one"]}}',
      "p/one/a.test.js": '/** @requires service:a */\nfunction a() {}\ntest("x", a);\n',
      "p/two/b.test.js": '/** @requires service:b */\nfunction b() {}\ntest("x", b);\n',
    },
    command: "npx jest",
    requires: ["service:a"],
  },
  {
    name: "jest projects objects",
    files: {
      "jest.config.js":
        'module.exports = { projects: [{ displayName: "one", testMatch: ["<rootDir>/one/**/*.test.js"] }, { displayName: "two", testMatch: ["<rootDir>/two/**/*.test.js"] }] };\n',
      "one/a.test.js": '/** @requires service:a */\nfunction a() {}\ntest("x", a);\n',
      "two/b.test.js": '/** @requires service:b */\nfunction b() {}\ntest("x", b);\n',
    },
    command: "npx jest --selectProjects one",
    requires: ["service:a"],
  },
  {
    name: "pytest.main",
    files: {
      "run.py": 'import pytest, sys\nsys.exit(pytest.main(["-q", "tests"]))\n',
      "tests/test_a.py": 'def test_a():\n    """:requires: service:a"""\n',
    },
    command: "python3 run.py",
    requires: ["service:a"],
  },
  {
    name: "py parametrize fn",
    files: {
      "t.py":
        'import pytest\ndef one():\n    """:requires: service:one"""\n@pytest.mark.parametrize("f", [one])\ndef test_x(f):\n    f()\n',
    },
    command: "pytest t.py",
    requires: ["service:one"],
  },
  {
    name: "skip pattern node",
    files: {
      "a.test.mjs":
        'import { test } from "node:test";\n/** @requires service:a */\nfunction a() {}\n/** @requires service:b */\nfunction b() {}\ntest("slow one", a);\ntest("quick", b);\n',
    },
    command: "node --test --test-skip-pattern=slow a.test.mjs",
    requires: ["service:b"],
  },
  {
    name: "pytest deselect",
    files: {
      "t.py": 'def test_a():\n    """:requires: service:a"""\ndef test_b():\n    """:requires: service:b"""\n',
    },
    command: "pytest t.py --deselect t.py::test_a",
    requires: ["service:b"],
  },
  {
    name: "pytest -m",
    files: {
      "t.py":
        'import pytest\n@pytest.mark.slow\ndef test_a():\n    """:requires: service:a"""\n@pytest.mark.fast\ndef test_b():\n    """:requires: service:b"""\n',
    },
    command: "pytest -m fast t.py",
    requires: ["service:b"],
  },
];
