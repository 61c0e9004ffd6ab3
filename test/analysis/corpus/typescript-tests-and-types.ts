import type { CorpusCase } from "./corpus.js";
import { runA, typescript } from "./typescript-built-and-dynamic.js";

/** Tests that are built first, tools that choose them, mocks, and types. */
export const testsAndTypesCases: CorpusCase[] = [
  typescript("tests that are built first", "", ["service:a"], {
    command: "tsc && node --test dist",
    files: {
      "src/one.test.ts": runA.replace("export function run() {\n", "{\n"),
      "src/other.ts": 'import { b } from "../lab.js";\nb();\n',
    },
  }),
  typescript("built tests of a pattern", "", ["service:a"], {
    command: "tsc && mocha 'dist/**/*.test.js'",
    files: {
      "src/one.test.ts": runA.replace("export function run() {\n", "{\n"),
      "src/other.ts": 'import { b } from "../lab.js";\nb();\n',
    },
  }),
  typescript("a pattern with lists in parentheses", "", ["service:a"], {
    command: "jest",
    files: {
      "jest.config.js": 'module.exports = { testMatch: ["**/?(*.)+(check).[jt]s?(x)"] };\n',
      "one.check.ts": 'import { a } from "./lab.js";\na();\n',
      "two.test.ts": 'import { b } from "./lab.js";\nb();\n',
    },
  }),
  typescript("folders of mocha, at any depth", "", ["service:a"], {
    command: "mocha --recursive --extension ts",
    files: { "test/deep/one.ts": 'import { a } from "../../lab.js";\na();\n' },
  }),
  typescript("projects without a package.json", "", ["service:a"], {
    command: "vitest run",
    files: {
      "vitest.config.ts": 'export default { test: { projects: ["packages/*"] } };\n',
      "packages/one/vitest.config.ts": 'export default { test: { include: ["**/*.check.ts"] } };\n',
      "packages/one/one.check.ts": 'import { a } from "../../lab.js";\na();\n',
      "other.test.ts": 'import { b } from "./lab.js";\nb();\n',
    },
  }),
  typescript("a setup file without its extension", "", ["service:a", "service:b"], {
    command: "playwright test",
    files: {
      "playwright.config.ts": 'export default { globalSetup: "./begin" };\n',
      "begin.ts": 'import { b } from "./lab.js";\nexport default function begin() {\n  b();\n}\n',
      "one.test.ts": 'import { a } from "./lab.js";\na();\n',
    },
  }),
  typescript("scripts of packages that turbo and nx run", "", ["service:a", "service:b"], {
    command: "turbo run test --filter=one && npx nx test two",
    files: {
      "package.json": '{"workspaces":["packages/*"]}',
      ...Object.fromEntries(
        ["one", "two", "three"].flatMap((name, index) => [
          [`packages/${name}/package.json`, `{"name":"${name}","scripts":{"test":"node --test x.test.ts"}}`],
          [`packages/${name}/x.test.ts`, `import { ${"abc"[index]} } from "../../lab.js";\n${"abc"[index]}();\n`],
        ]),
      ),
    },
  }),
  typescript(
    "behavior that several suites share, with one test selected",
    'import { a, b, c } from "./lab.js";\nfunction behaves(make: () => void) {\n  it("starts", () => make());\n  it("stops", () => b());\n}\ndescribe("shop", () => {\n  behaves(a);\n});\ndescribe("other", () => {\n  it("opens", () => c());\n});\n',
    ["service:a", "service:b"],
    { command: "jest a.test.ts -t 'shop starts'" },
  ),
  typescript(
    "what mocks return",
    'import { jest } from "@jest/globals";\nimport { a, b } from "./lab.js";\nconst make = jest.fn(() => ({ go: () => a() }));\nmake().go();\nconst other = jest.fn().mockReturnValue({ go: () => b() });\nother().go();\n',
    ["service:a", "service:b"],
    { command: "jest a.test.ts" },
  ),
  typescript(
    "annotations of enum members, overloads of constructors, and properties of parameters",
    'enum Tool {\n  /** @requires service:x */\n  Curl = "curl",\n  Jq = "jq",\n}\nclass Shop {\n  constructor(kind: "a");\n  /** @requires service:y */\n  constructor(kind: "b");\n  constructor(kind: string) {}\n}\nclass Store {\n  constructor(\n    /** @requires service:z */\n    readonly home: string,\n  ) {}\n}\nconsole.log(Tool.Curl, new Shop("b"), new Store("x").home);\n',
    ["service:x", "service:y", "service:z"],
  ),
  typescript(
    "objects that are known only by an asserted type, or by the type of a pattern",
    'import { get } from "foreign";\nimport { a, b } from "./lab.js";\nclass Shop {\n  go() {\n    a();\n  }\n}\nclass Store {\n  load() {\n    b();\n  }\n}\nconst shop = get() as Shop;\nshop.go();\nfunction run({ store }: { store: Store }) {\n  store.load();\n}\nrun(get());\n',
    ["service:a", "service:b"],
  ),
];
