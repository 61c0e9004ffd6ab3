import { spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "@jest/globals";
import { packageRoot } from "../../grid/package-root.js";

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "holdfast-claim-"));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

/** Runs a module that imports the library's error, as a test does. */
function run(body: string, env: Record<string, string> = {}) {
  const claims = join(folder, "claims");
  const library = join(packageRoot, "dist/library/index.js");
  const code = `const { InfrastructureError } = await import(${JSON.stringify(library)});\n${body}`;
  const { status, stderr } = spawnSync(process.execPath, ["--input-type=module", "-e", code], {
    env: { PATH: process.env["PATH"] ?? "", HOLDFAST_CLAIM: claims, ...env },
    encoding: "utf8",
  });
  return { status, stderr, noted: existsSync(claims) ? readFileSync(claims, "utf8") : "" };
}
const nfs = `new InfrastructureError("nfs", "is away")`;
const note = '{"service":"nfs","message":"nfs: is away"}\n';

test.each([
  ["thrown", `throw ${nfs}`],
  ["rejected", `await Promise.reject(${nfs})`],
  ["rejected while nothing awaits it", `Promise.reject(${nfs}); setTimeout(() => {}, 10_000)`],
  ["the cause of another error", `throw new Error("cannot read", { cause: ${nfs} })`],
])("an infrastructure error that is %s ends the test with exit 75", (_how, body) => {
  expect(run(body)).toMatchObject({ status: 75, noted: note, stderr: expect.stringContaining("nfs: is away") });
});

test("a caught infrastructure error does not end the test; another error after it does not exit with 75", () => {
  expect(run(`try { throw ${nfs} } catch {}`)).toMatchObject({ status: 0, noted: note });
  expect(run(`try { throw ${nfs} } catch {}\nthrow new Error("mine")`)).toMatchObject({ status: 1 });
});

test("an infrastructure error works outside a job too, and if it cannot be recorded", () => {
  expect(run(`throw ${nfs}`, { HOLDFAST_CLAIM: "" })).toMatchObject({ status: 75, noted: "" });
  expect(run(`throw ${nfs}`, { HOLDFAST_CLAIM: join(folder, "none", "claims") })).toMatchObject({ status: 75 });
});

test("a test runner gets an infrastructure error, and can name the subtest that failed", () => {
  expect(run(`throw ${nfs}`, { NODE_TEST_CONTEXT: "child" })).toMatchObject({ status: 1, noted: note });
});
