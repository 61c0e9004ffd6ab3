import type { CorpusCase } from "./corpus.js";
import { entry, uses } from "./other-languages.js";

const setup = { "setup.ts": uses("mount"), "a.test.ts": 'test("a", () => {});\n' };

/** Configurations that take over others, suites of bats, exports for `require`, and what generators return. */
export const configurationCases: CorpusCase[] = [
  entry(
    "a configuration of vitest that is merged with another one",
    "npx vitest run",
    {
      ...setup,
      "base.config.ts": 'export default { test: { setupFiles: ["./setup.ts"] } };\n',
      "vitest.config.ts":
        'import { defineConfig, mergeConfig } from "vitest/config";\nimport base from "./base.config";\nexport default mergeConfig(base, defineConfig({ test: {} }));\n',
    },
    ["service:nfs"],
  ),
  entry(
    "a configuration of jest that spreads another one",
    "npx jest",
    {
      "lib.test-setup.ts": uses("mount"),
      "a.check.ts": 'test("a", () => {});\n',
      "base.js": 'module.exports = { testMatch: ["**/*.check.ts"], setupFiles: ["./lib.test-setup.ts"] };\n',
      "jest.config.js": 'module.exports = { ...require("./base.js"), verbose: true };\n',
    },
    ["service:nfs"],
  ),
  entry(
    "configurations that take over each other",
    "npx vitest run",
    {
      ...setup,
      "vitest.config.ts": 'import other from "./other";\nexport default { ...other };\n',
      "other.ts":
        'import config from "./vitest.config";\nexport default { test: { setupFiles: ["./setup.ts"] }, config };\n',
    },
    ["service:nfs"],
  ),
  entry(
    "the suite of bats",
    "bats test",
    {
      "test/setup_suite.bash": "setup_suite() { load_home; }\n# requires: service:nfs\nload_home() { :; }\n",
      "test/a.bats": '@test "a" { :; }\n',
    },
    ["service:nfs"],
  ),
  entry(
    "what a package exports for require",
    "node --test a.test.cjs",
    {
      "a.test.cjs": 'const { mount } = require("lab");\nrequire("node:test")("a", () => mount());\n',
      "node_modules/lab/package.json":
        '{ "name": "lab", "exports": { ".": { "import": "./a.mjs", "require": "./b.cjs" } } }\n',
      "node_modules/lab/a.mjs": "/** @requires service:db */\nexport const mount = () => {};\n",
      "node_modules/lab/b.cjs": "/** @requires service:nfs */\nexports.mount = () => {};\n",
    },
    ["service:nfs"],
  ),
  entry(
    "what a generator returns",
    "node --test a.test.ts",
    {
      "a.test.ts":
        'import test from "node:test";\nimport { mount } from "./lib.js";\nfunction* steps() { yield 1; return () => mount(); }\ntest("a", () => { const given = steps(); given.next(); const last = given.next(); if (last.done) last.value(); });\n',
    },
    ["service:nfs"],
  ),
  entry(
    "a module that proxyquire loads",
    "npx mocha a.test.js",
    {
      "a.test.js": 'const { buy } = require("proxyquire")("./shop.js", {});\nit("a", () => buy());\n',
      "shop.js": 'const { mount } = require("./home.js");\nexports.buy = () => mount();\n',
      "home.js": "/** @requires service:nfs */\nexports.mount = function () {};\n",
    },
    ["service:nfs"],
  ),
];
