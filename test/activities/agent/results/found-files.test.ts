import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "@jest/globals";
import { readClaims } from "../../../../activities/agent/results/claims.js";
import { claimFile, forgetNotes } from "../../../../activities/agent/results/notes.js";
import { findFiles, openInside } from "../../../../activities/agent/results/found-files.js";
import { openResults } from "../../../../activities/agent/results/open-results.js";

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "holdfast-results-"));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

function write(path: string, text = path): void {
  mkdirSync(dirname(join(folder, path)), { recursive: true });
  writeFileSync(join(folder, path), text);
}
const found = async (...globs: string[]) => (await findFiles(folder, globs)).files.map(({ path }) => path);

describe("files that a test leaves", () => {
  test("are found by globs, in the order of their paths", async () => {
    for (const path of ["b/x.png", "a/deep/y.png", "a/z.txt", ".hidden.png", "top.png"]) write(path);
    expect(await found("*.png")).toEqual(["top.png"]);
    expect(await found("**/*.png")).toEqual(["a/deep/y.png", "b/x.png", "top.png"]);
    expect(await found("./a/**", "b/{x,y}.png")).toEqual(["a/deep/y.png", "a/z.txt", "b/x.png"]);
    expect(await found(".*.png", "missing/*.png", "a/z.txt")).toEqual([".hidden.png", "a/z.txt"]);
    expect((await findFiles(folder, ["top.png"])).files[0]!.bytes).toBe(7);
  });

  test("are chosen by the whole list of globs: the last one that matches decides", async () => {
    for (const path of ["out/a.log", "out/b.txt", "out/deep/c.log", "out/deep/.d", "e.log"]) write(path);
    expect(await found("out/**", "!**/*.log")).toEqual(["out/b.txt"]);
    expect(await found("out/**", "!out/deep", "out/deep/c.log")).toEqual(["out/a.log", "out/b.txt", "out/deep/c.log"]);
    expect(await found("!*.log", "*.log")).toEqual(["e.log"]);
    expect(await found("!e.log")).toEqual([]);
  });

  test("include all files of a named folder", async () => {
    for (const path of ["out/a.log", "out/deep/c.log", "output.txt"]) write(path);
    for (const glob of ["out", "out/", "./out", "o?t"])
      expect(await found(glob)).toEqual(["out/a.log", "out/deep/c.log"]);
  });

  test("come with a list of globs that match nothing and of names that cannot be stored", async () => {
    write("a.txt");
    writeFileSync(Buffer.concat([Buffer.from(`${folder}/`), Buffer.from([0xe9]), Buffer.from(".txt")]), "x");
    expect(await findFiles(folder, ["*.txt", "*.png", "!*.gif"])).toMatchObject({
      files: [expect.objectContaining({ path: "a.txt" })],
      unused: ["*.png", "!*.gif"],
      unreadable: ["\ufffd.txt"],
    });
  });

  test("are matched in time that depends only on the name, whatever the glob is", async () => {
    write(`${"a".repeat(200)}.txt`);
    expect(await found(`${"*a".repeat(60)}*b`, `${"**/*a".repeat(10)}*b`)).toEqual([]);
  });

  test("are plain files only: links, pipes and folders are ignored", async () => {
    const outside = mkdtempSync(join(tmpdir(), "holdfast-outside-"));
    writeFileSync(join(outside, "secret.txt"), "secret");
    write("in/plain.txt");
    symlinkSync(join(outside, "secret.txt"), join(folder, "in/link.txt"));
    symlinkSync(outside, join(folder, "away"));
    symlinkSync(join(folder, "in"), join(folder, "round"));
    execFileSync("mkfifo", [join(folder, "in/pipe.txt")]);
    mkdirSync(join(folder, "in/folder.txt"));
    expect(await found("**/*.txt")).toEqual(["in/plain.txt"]);
    for (const path of ["in/link.txt", "away/secret.txt", "round/plain.txt", "in/pipe.txt", "in/folder.txt", "in/none"])
      expect({ path, file: await openInside(folder, path) }).toEqual({ path, file: undefined });
    const file = await openInside(folder, "in/plain.txt");
    expect((await file!.readFile()).toString()).toBe("in/plain.txt");
    await file!.close();
    rmSync(outside, { recursive: true });
  });
});

test("a folder that the test replaced by a link is not searched", async () => {
  const outside = mkdtempSync(join(tmpdir(), "holdfast-outside-"));
  writeFileSync(join(outside, "secret.txt"), "secret");
  const suite = join(folder, "packages/a");
  mkdirSync(join(folder, "packages"));
  symlinkSync(outside, suite);
  expect((await findFiles(suite, ["**"])).files).toEqual([]);
  expect(await openInside(suite, "secret.txt")).toBeUndefined();
  rmSync(outside, { recursive: true });
});

describe("result files", () => {
  const report = `<testsuite name="s"><testcase name="a"/></testsuite>`;
  const junit = () => openResults({ kind: "junit", files: "out/*.xml" }, folder);

  test("count if the test wrote them", async () => {
    const reader = await junit();
    write("out/a.xml", report);
    write("out/b.xml", `<?xml version="1.0" encoding="ISO-8859-1"?>${report}`);
    expect(await reader.end()).toMatchObject({ counts: { passed: 2 }, problem: null });
  });

  test("are ignored if they are older than the test", async () => {
    write("out/a.xml", report);
    const reader = await junit();
    expect(await reader.end()).toMatchObject({
      counts: { passed: 0 },
      problem: "out/*.xml is older than the test, which did not write it",
    });
    const again = await junit();
    write("out/a.xml", report);
    expect(await again.end()).toMatchObject({ counts: { passed: 1 }, problem: null });
  });

  test("that are missing or cannot be read are named", async () => {
    expect(await (await junit()).end()).toMatchObject({ problem: "out/*.xml is missing" });
    const reader = await junit();
    write("out/a.xml", report);
    write("out/b.xml", `<!DOCTYPE x><testsuite/>`);
    expect(await reader.end()).toMatchObject({
      counts: { passed: 1 },
      problem: expect.stringMatching(/^out\/b.xml cannot be read: a DOCTYPE is refused/),
    });
  });

  test("do not mention the folder, because each attempt has another one", async () => {
    const reader = await openResults({ kind: "tap", file: null }, folder);
    reader.onStdout!(Buffer.from(`not ok 1 - ${folder}/a.test.ts\n1..1\n`));
    const told = await reader.end();
    expect(told).toMatchObject({ failing: ["a.test.ts"], failedAt: expect.any(String) });
  });

  test("of TAP may be files too; then the time of the failure is unknown", async () => {
    const reader = await openResults({ kind: "tap", file: "x.tap" }, folder);
    write("x.tap", "not ok 1 - a\n1..1");
    expect(await reader.end()).toMatchObject({ failing: ["a"], failedAt: null });
  });
});

test("each claim is read once, and anything else is ignored", async () => {
  const claim = `{"service":"nfs","message":"away"}`;
  write(claimFile, `${claim}\n${claim}\nnonsense\n{"service":3}\n[1]\n`);
  expect(await readClaims(folder)).toEqual([{ service: "nfs", message: "away" }]);
  await forgetNotes(folder);
  expect(await readClaims(folder)).toEqual([]);
  symlinkSync("/etc/hostname", join(folder, claimFile));
  expect(await readClaims(folder)).toEqual([]);
});
