import { appendFileSync, mkdirSync, mkdtempSync, readdirSync, rmSync, truncateSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterAll, beforeEach, expect, test } from "@jest/globals";
import fc from "fast-check";
import { FolderAnalysis } from "../../analysis/folder-analysis.js";

const root = mkdtempSync(join(tmpdir(), "holdfast-stored-"));
const [folder, cache] = [join(root, "source"), join(root, "cache")];
afterAll(() => rmSync(root, { recursive: true, force: true }));

function write(path: string, text: string): void {
  mkdirSync(dirname(join(folder, path)), { recursive: true });
  writeFileSync(join(folder, path), text);
}

beforeEach(() => {
  for (const each of [folder, cache]) rmSync(each, { recursive: true, force: true });
  write("tests/one.test.ts", 'import { f } from "../lib/m";\nf();\n');
  write("tests/two.test.ts", 'import { g } from "@lib/n";\ng();\n');
  write("tests/test_three.py", "import helper\n\ndef test_it():\n    helper.run()\n");
  write("tests/helper.py", "def run():\n    pass\n");
  write("four.sh", ". ./lib/common.sh\nhelp_me\n");
  write("lib/common.sh", "help_me() { # requires: service:shell\n  true\n}\n");
  write("lib/m.ts", "/** @requires service:m */\nexport function f() {}\n");
  write("lib/n.ts", "export function g() {}\n");
  write("tsconfig.json", '{ "compilerOptions": { "paths": { "@lib/*": ["./lib/*"] } } }');
});

const commands = [
  "node --test tests/one.test.ts",
  "node --test tests/two.test.ts",
  "node --test tests/*.test.ts",
  "pytest tests",
  "sh four.sh",
];

async function readAll(cached: string | null) {
  const analysis = new FolderAnalysis(folder, cached);
  const results = [];
  for (const command of commands) results.push(await analysis.find({ code: null, command, path: "" }));
  analysis.save();
  return results;
}

const service = fc.constantFrom("a", "b", "c");
const edit = fc.oneof(
  // Files that are read change.
  service.map((name) => () => write("lib/m.ts", `/** @requires service:${name} */\nexport function f() {}\n`)),
  service.map((name) => () => write("lib/n.ts", `/** @requires service:${name} */\nexport function g() {}\n`)),
  service.map((name) => () => write("lib/common.sh", `help_me() { # requires: service:${name}\n  true\n}\n`)),
  service.map((name) => () => write("tests/helper.py", `def run():\n    """:requires: service:${name}"""\n`)),
  // New files and settings: another match of a pattern, another file for the same specifier, other paths.
  service.map(
    (name) => () => write(`tests/${name}.test.ts`, `/** @requires service:${name} */\nfunction x() {}\nx();\n`),
  ),
  service.map((name) => () => write("lib/m/index.ts", `/** @requires service:${name} */\nexport function f() {}\n`)),
  service.map((name) => () => write(`other/n.ts`, `/** @requires service:${name} */\nexport function g() {}\n`)),
  fc
    .constantFrom("lib", "other")
    .map((to) => () => write("tsconfig.json", `{ "compilerOptions": { "paths": { "@lib/*": ["./${to}/*"] } } }`)),
  service.map(
    (name) => () =>
      write(
        "tests/conftest.py",
        `import pytest\n@pytest.fixture(autouse=True)\ndef auto():\n    """:requires: service:${name}"""\n`,
      ),
  ),
  service.map((name) => () => write("requirements.yaml", `lib.g: [service:${name}]\n`)),
  // Files disappear.
  fc
    .constantFrom(
      "lib/m.ts",
      "lib/m/index.ts",
      "lib/n.ts",
      "tsconfig.json",
      "tests/conftest.py",
      "lib/common.sh",
      "tests/a.test.ts",
    )
    .map((path) => () => rmSync(join(folder, path), { force: true })),
);

test("a stored result is the same as that of a new reading, whatever was edited", async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(fc.array(edit, { maxLength: 3 }), { minLength: 1, maxLength: 5 }), async (rounds) => {
      for (const edits of rounds) {
        for (const apply of edits) apply();
        expect(await readAll(cache)).toEqual(await readAll(null));
      }
    }),
    { numRuns: 40 },
  );
}, 120_000);

test("a truncated or damaged store is not used", async () => {
  const fresh = await readAll(cache);
  const [name] = readdirSync(join(cache, "analysis"));
  const file = join(cache, "analysis", name!);
  for (const harm of [
    () => truncateSync(file, 100),
    () => appendFileSync(file, "x"),
    () => writeFileSync(file, '{"checksum":"x","content":"{}"}'),
    () => writeFileSync(file, ""),
  ]) {
    harm();
    expect(await readAll(cache)).toEqual(fresh);
  }
});

test("two runs at the same time leave an intact store", async () => {
  const [one, other] = await Promise.all([readAll(cache), readAll(cache)]);
  expect(one).toEqual(other);
  expect(await readAll(cache)).toEqual(one);
  expect(readdirSync(join(cache, "analysis"))).toHaveLength(1);
});
