import { execFileSync, spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "@jest/globals";
import { parseSuiteFile } from "../../domain/config/suite-file.js";
import { packageRoot } from "../../grid/package-root.js";

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "holdfast-init-"));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

function write(files: Record<string, string>): void {
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, name)), { recursive: true });
    writeFileSync(join(folder, name), text);
  }
}

function init(...args: string[]) {
  return spawnSync(process.execPath, [join(packageRoot, "cli/holdfast.mjs"), "init", folder, ...args], {
    encoding: "utf8",
  });
}

const written = () => readFileSync(join(folder, "holdfast.yaml"), "utf8");

describe("holdfast init", () => {
  test("writes the tests that a folder's tools run, with git's mail address as owner", () => {
    write({
      "package.json": '{ "scripts": { "test": "vitest run" } }',
      "package-lock.json": "{}",
      "tests/test_a.py": "def test_a(): pass\n",
      "test/b.bats": "@test 'b' { true; }\n",
      "go.mod": "module x\n",
      Makefile: "check: build\n\ttrue\n",
    });
    execFileSync("git", ["-C", folder, "init", "-q"]);
    execFileSync("git", ["-C", folder, "config", "user.email", "ann@example.org"]);
    expect(init("--project", "shop")).toMatchObject({
      status: 0,
      stderr: expect.stringContaining("holdfast submit"),
    });
    const { value } = parseSuiteFile(written());
    expect(value).toMatchObject({
      owner: "ann@example.org",
      project: "shop",
      tests: {
        npm: { prepare: "npm ci", test: "npm test" },
        pytest: { test: "python3 -m pytest --junitxml=report.xml" },
        go: { build: "go build ./...", test: "go test ./..." },
        bats: { test: "bats --tap test" },
        make: { test: "make check" },
      },
    });
  });

  test("writes the given tests, and never overwrites a suite file", () => {
    expect(init("--owner", "dev@example.org", "--test", "unit=npm test -- --run", "on=echo '#'")).toMatchObject({
      status: 0,
    });
    expect(parseSuiteFile(written()).value.tests).toMatchObject({
      unit: { test: "npm test -- --run" },
      on: { test: "echo '#'" },
    });
    const before = written();
    expect(init("--test", "other=true")).toMatchObject({
      status: 64,
      stderr: expect.stringContaining("already exists"),
    });
    expect(written()).toBe(before);
  });

  test.each([
    [[], "no tests were found here"],
    [["--test", "nothing"], "write a name and a command"],
    [["--project", "a b", "--test", "a=b"], "project"],
    [["--owner", "nobody", "--test", "a=b"], "owner"],
  ])("says what is wrong with %j, and writes nothing", (args, said) => {
    expect(init(...args)).toMatchObject({ status: 64, stderr: expect.stringContaining(said) });
    expect(() => written()).toThrow();
  });
});
