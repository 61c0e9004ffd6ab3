import { mkdtempSync, mkdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join, relative } from "node:path";
import { afterEach, describe, expect, test } from "@jest/globals";
import { findRequirements, MissingCodeError } from "../../analysis/typescript/requirements.js";

let folder: string;
afterEach(() => rmSync(folder, { recursive: true, force: true }));

function requirementsOf(files: Record<string, string>, command = "node test.ts", code: string[] | null = null) {
  folder = mkdtempSync(join(tmpdir(), "holdfast-analysis-"));
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, name)), { recursive: true });
    writeFileSync(join(folder, name), text);
  }
  return findRequirements(folder, code, command);
}
const service = "/** @requires service:nfs */\nexport function mount(): void {}\n";

describe("requirements from code", () => {
  test("are the same by a relative path", () => {
    const found = requirementsOf({ "test.ts": 'import { mount } from "./nfs.js";\nmount();\n', "nfs.ts": service });
    expect(found).toHaveLength(1);
    expect(findRequirements(relative(process.cwd(), folder), null, "node test.ts")).toEqual(found);
  });

  test("through functions, methods, imports and re-exports, with the chain", () => {
    const found = requirementsOf({
      "test.ts": 'import { check } from "./lib/index.js";\nconst run = () => check();\nrun();\n',
      "lib/index.ts": 'export * from "./check.js";\n',
      "lib/check.ts":
        'import * as store from "./store.js";\nexport async function check(): Promise<void> {\n  const s = await store.open();\n  s.sync();\n}\n',
      "lib/store.ts":
        'import { mount } from "./mount.js";\nexport class Store {\n  sync(): void {\n    mount();\n  }\n}\nexport async function open(): Promise<Store> {\n  return new Store();\n}\n',
      "lib/mount.ts": service,
    });
    expect(found).toEqual([
      {
        requirement: "service:nfs",
        origin: "discovered",
        chain: expect.arrayContaining([
          expect.objectContaining({ name: "check", file: "test.ts", line: 2 }),
          expect.objectContaining({ name: "Store.sync", line: 4 }),
          { name: "mount", file: "lib/store.ts", line: 4 },
        ]),
      },
    ]);
  });

  test("what is imported and never used requires nothing; what runs on import does", () => {
    expect(
      requirementsOf({
        "test.ts": 'import { a } from "./lib.js";\na();\n',
        "lib.ts": `${service}export function a(): void {}\nexport const b = () => mount();\n`,
      }),
    ).toEqual([]);
    expect(requirementsOf({ "test.ts": 'import "./lib.js";\n', "lib.ts": `${service}mount();\n` })).toHaveLength(1);
  });

  test("a method of a class that is made and not called requires nothing", () => {
    const lib = "export class Shop {\n  /** @requires service:shop */\n  buy(): void {}\n  look(): void {}\n}\n";
    expect(
      requirementsOf({ "test.ts": 'import { Shop } from "./lib.js";\nnew Shop().look();\n', "lib.ts": lib }),
    ).toEqual([]);
    expect(
      requirementsOf({ "test.ts": 'import { Shop } from "./lib.js";\nnew Shop().buy();\n', "lib.ts": lib }),
    ).toEqual([expect.objectContaining({ requirement: "service:shop" })]);
  });

  test("functions that call each other come to an end", () => {
    expect(
      requirementsOf({
        "test.ts": `${service}function a(): void { b(); }\nfunction b(): void { a(); mount(); }\na();\n`,
      }),
    ).toHaveLength(1);
  });

  test("a comment on the line of its class counts", () => {
    const text = "export class K { /** @requires service:nfs */ m() { return 2; } }\nnew K().m();\n";
    expect(requirementsOf({ "test.ts": text })).toEqual([expect.objectContaining({ requirement: "service:nfs" })]);
  });

  test("JSDoc's own use of the tag is no requirement", () => {
    expect(requirementsOf({ "test.ts": "/** @requires lodash */\nfunction a(): void {}\na();\n" })).toEqual([]);
  });

  test("the library is known by its name", () => {
    expect(
      requirementsOf({ "test.ts": 'import { Bookshop } from "holdfast/library";\nawait new Bookshop().price("x");\n' }),
    ).toEqual([expect.objectContaining({ requirement: "service:bookshop" })]);
  });

  test("without code nothing is read, and code that is missing is told", () => {
    expect(requirementsOf({ "test.ts": service }, "make test")).toEqual([]);
    expect(() => requirementsOf({ "test.ts": service }, "make test", ["other.ts"])).toThrow(MissingCodeError);
  });
});
