import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { Analyst, UnreadableCodeError } from "../../analysis/analyst.js";
import { ReaderLostError } from "../../analysis/reader-process.js";
import { packFolder } from "../../source/pack/pack.js";

let root: string;
beforeAll(() => {
  root = mkdtempSync(join(tmpdir(), "holdfast-analyst-"));
  mkdirSync(join(root, "heavy"));
  mkdirSync(join(root, "light"));
  const types = Array.from(
    { length: 20_000 },
    (_, index) => `export function f${index}(): number { return ${index}; }`,
  );
  writeFileSync(join(root, "heavy/large.ts"), types.join("\n"));
  for (let index = 0; index < 12; index++)
    writeFileSync(join(root, `heavy/t${index}.test.ts`), `import { f${index} } from "./large.js";\nf${index}();\n`);
  writeFileSync(join(root, "light/a.test.ts"), "export {};\n");
});
afterAll(() => rmSync(root, { recursive: true, force: true }));

const limits = (cpuMs: number, wallMs: number) => ({ cpuMs, wallMs, heapMib: 512 });
const heavy = (analyst: Analyst, index: number) =>
  analyst.find(join(root, "heavy"), { code: null, command: `node --test t${index}.test.ts`, path: "" });

describe("readers of code", () => {
  test("take turns between sources, so one with many heavy tests does not block others", async () => {
    const analyst = new Analyst(limits(60_000, 300_000));
    const ended: string[] = [];
    const all = Array.from({ length: 12 }, (_, index) => heavy(analyst, index).then(() => ended.push("heavy")));
    all.push(
      analyst
        .find(join(root, "light"), { code: null, command: "node --test a.test.ts", path: "" })
        .then(() => ended.push("light")),
    );
    await Promise.all(all);
    expect(ended.indexOf("light")).toBeLessThan(3);
  }, 120_000);

  test("refuse code that takes too much processor time, and name the limit", async () => {
    const analyst = new Analyst(limits(1, 300_000), limits(200, 300_000));
    await expect(heavy(analyst, 0)).rejects.toThrow(UnreadableCodeError);
    await expect(heavy(analyst, 1)).rejects.toThrow("reading its code takes more than 0.2 s of processor time");
  }, 120_000);

  test("never blame the code when the machine is too busy", async () => {
    const analyst = new Analyst(limits(1, 300_000), limits(60_000, 1));
    await expect(heavy(analyst, 0)).rejects.toThrow(ReaderLostError);
  }, 120_000);

  test("never blame the code when the disk cannot be written", async () => {
    const analyst = new Analyst();
    const packed = join(root, "packed");
    writeFileSync(join(root, "light/holdfast.yaml"), "tests: {}\n");
    writeFileSync(packed, await packFolder(join(root, "light")));
    await expect(analyst.unpack(packed, "/sys/kernel")).rejects.toThrow(ReaderLostError);
  }, 120_000);
});
