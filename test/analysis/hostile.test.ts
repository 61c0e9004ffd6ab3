import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { discover } from "../../analysis/discover.js";

let root: string;
let count = 0;
beforeAll(() => {
  root = mkdtempSync(join(tmpdir(), "holdfast-hostile-"));
});
afterAll(() => rmSync(root, { recursive: true, force: true }));

async function read(files: Record<string, string | { to: string }>, command = "node --test a.test.ts") {
  const folder = join(root, String(count++));
  for (const [name, content] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, name)), { recursive: true });
    if (typeof content === "string") writeFileSync(join(folder, name), content);
    else symlinkSync(content.to, join(folder, name));
  }
  mkdirSync(folder, { recursive: true });
  const { requirements, notUnderstood, unread } = await discover(folder, { code: null, command, path: "" });
  return {
    requirements: requirements.map(({ requirement }) => requirement),
    notUnderstood: notUnderstood.map(({ file, reason }) => `${file}: ${reason}`),
    unread,
  };
}
const tooDeep = "its code is nested too deeply to be read";

describe("hostile code", () => {
  test.each([
    ["50 MB of calls", { "a.test.ts": "f();\n".repeat(10_000_000) }, "a.test.ts: it has 50000000 bytes"],
    ["deep nesting", { "a.test.ts": "f(".repeat(5_000) + ")".repeat(5_000) }, `a.test.ts: ${tooDeep}`],
    ["arrows in arrows", { "a.test.ts": `${"x=>".repeat(20_000)}1` }, `a.test.ts: ${tooDeep}`],
  ])("with %s costs only a note that names the file", async (_name, files, note) => {
    const { notUnderstood } = await read(files);
    expect(notUnderstood).toEqual([expect.stringContaining(note)]);
  });

  test.each(["python3 a.py", "sh a.sh", "pytest test_a.py"])("of 2 MB is named too: %s", async (command) => {
    const file = command.split(" ")[1]!;
    const { notUnderstood } = await read({ [file]: "f\n".repeat(1_000_000) }, command);
    expect(notUnderstood).toEqual([expect.stringContaining(`${file}: it has 2000000 bytes`)]);
  });

  test("with deep nesting in Python is named too", async () => {
    const deep = `x=${"(".repeat(5_000)}1${")".repeat(5_000)}\n`;
    expect((await read({ "a.py": deep }, "python3 a.py")).notUnderstood).toEqual([`a.py: ${tooDeep}`]);
  });

  test("with 5,000 modules in a chain is followed to its end", async () => {
    const files = Object.fromEntries(
      Array.from({ length: 5_000 }, (_, index) => {
        const name = index === 0 ? "a.test.ts" : `m${index}.ts`;
        const next = `import { f as g } from "./m${index + 1}.js";\nexport function f() { g(); }\n`;
        if (index === 4_999) return [name, "/** @requires service:end */\nexport function f() {}\n"];
        return [name, index === 0 ? `${next}f();\n` : next];
      }),
    );
    expect(await read(files)).toMatchObject({ requirements: ["service:end"], notUnderstood: [] });
  });

  test("that refers to itself in circles is read to its end", async () => {
    const { requirements } = await read({
      "a.test.ts": [
        'import * as a from "./b.js";\nexport * from "./b.js";\nexport const x = a;\n(a as any).x.a.x();',
        "const o: any = {};\no.o = o;\no.o.o.f();",
        "function f(): any { return f; }\nf()()()();",
        "class A extends A {}\nnew A();",
        "/** @requires service:nfs */\nfunction last() {}\nlast();",
      ].join("\n"),
      "b.ts": 'export * from "./a.test.js";\nexport * as a from "./a.test.js";\n',
    });
    expect(requirements).toEqual(["service:nfs"]);
  });

  test("cannot make the reader leave the source", async () => {
    expect(await read({ "a.test.ts": { to: "/dev/zero" } })).toMatchObject({
      unread: expect.stringContaining("nothing read"),
    });
    writeFileSync(join(root, "secret.ts"), "/** @requires service:secret */\nexport function f() {}\n");
    const { requirements, notUnderstood } = await read({
      "a.test.ts": `import { f } from "../secret.js";\nimport { f as g } from "${root}/secret.ts";\nimport { f as h } from "./link/secret.js";\nf();\ng();\nh();\n`,
      link: { to: root },
      "tsconfig.json": `{ "extends": "${root}/other.json", "compilerOptions": { "paths": { "*": ["${root}/*"] } } }`,
    });
    expect(requirements).toEqual([]);
    expect(notUnderstood).toHaveLength(3);
  });

  test("with texts and calls that double is read to its end", async () => {
    const doubling = Array.from({ length: 30 }, (_, index) =>
      index < 29
        ? `function f${index}(x: any) { f${index + 1}(() => x()); f${index + 1}(() => x()); }`
        : `function f${index}(x: any) { x(); }`,
    );
    await read({
      "a.test.ts": `${doubling.join("\n")}\nf0(() => 1);\nlet a: any = "a";\nfor (;;) { a = \`\${a}\${a}x\`; a = a + a; }\n`,
    });
  });
});
