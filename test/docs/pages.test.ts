import { spawnSync } from "node:child_process";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { expect, test } from "@jest/globals";
import { packageRoot } from "../../grid/package-root.js";

const pages = [
  "README.md",
  "CONTRIBUTING.md",
  ...readdirSync(join(packageRoot, "docs")).map((name) => `docs/${name}`),
].filter((name) => name.endsWith(".md"));
const read = (page: string) => readFileSync(join(packageRoot, page), "utf8");

test.each(pages)("every link in %s leads to a file of the repository", (page) => {
  const links = [...read(page).matchAll(/\]\((?!https?:|#)([^)#\s]+)(?:#[^)]*)?\)/g)].map(([, link]) => link!);
  expect(links.filter((link) => !existsSync(join(packageRoot, dirname(page), link)))).toEqual([]);
});

test.each(pages)("every test, folder and file of the code that %s names exists", (page) => {
  const [tests, code] = [/\btest\/[\w./-]*\w/g, /`((?:[a-z][\w-]*\/)+[\w-]+\.(?:ts|tsx|mjs))`/g];
  const named = [
    ...[...read(page).matchAll(tests)].map(([name]) => name),
    ...[...read(page).matchAll(code)].map(([, name]) => name!),
  ];
  const exists = (name: string) => ["", ".ts", ".test.ts"].some((end) => existsSync(join(packageRoot, name + end)));
  expect(named.filter((name) => !exists(name))).toEqual([]);
});

test("the README leads to every chapter", () => {
  const missing = pages.filter((page) => page.startsWith("docs/") && !read("README.md").includes(`(${page})`));
  expect(missing).toEqual([]);
});

test("every command that a page shows exists", () => {
  const shown = pages.flatMap((page) =>
    [...read(page).matchAll(/npx holdfast ([a-z][a-z-]+)/g)].map(([, name]) => name!),
  );
  const { stdout } = spawnSync(process.execPath, [join(packageRoot, "cli/holdfast.mjs"), "--help"], {
    encoding: "utf8",
  });
  const known = new Set([...stdout.matchAll(/^ {2}([a-z][a-z-]+)/gm)].map(([, name]) => name!));
  expect(known.size).toBeGreaterThan(20);
  expect([...new Set(shown)].filter((name) => !known.has(name))).toEqual([]);
});
