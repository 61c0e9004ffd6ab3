import {
  existsSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  realpathSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { afterAll, beforeEach, describe, expect, test } from "@jest/globals";
import fc from "fast-check";
import { Header } from "tar";
import { linkProblem } from "../../source/pack/link.js";
import { checkPacked } from "../../source/pack/packed.js";
import { unpack } from "../../source/pack/unpack.js";

type Kind = "File" | "Directory" | "SymbolicLink" | "Link";
interface Entry {
  kind: Kind;
  path: string;
  linkpath?: string;
}

const suite: Entry = { kind: "File", path: "holdfast.yaml" };

/** A tar that no ordinary tool would write. */
function tarOf(entries: readonly Entry[]): Buffer {
  const blocks = entries.flatMap(({ kind, path, linkpath }) => {
    const content = kind === "File" ? Buffer.from("owner: a@example.org\n") : Buffer.alloc(0);
    const block = Buffer.alloc(512);
    new Header({ path, linkpath, type: kind, size: content.length, mode: 0o755, mtime: new Date(0) } as never).encode(
      block,
    );
    return [block, content, Buffer.alloc((512 - (content.length % 512)) % 512)];
  });
  return gzipSync(Buffer.concat([...blocks, Buffer.alloc(1_024)]));
}

/** Every path below a folder. Links are not followed. */
function everything(folder: string, below = ""): string[] {
  return readdirSync(join(folder, below), { withFileTypes: true }).flatMap((entry) => {
    const path = below === "" ? entry.name : `${below}/${entry.name}`;
    return entry.isDirectory() ? [path, ...everything(folder, path)] : [path];
  });
}

const folder = mkdtempSync(join(tmpdir(), "holdfast-hostile-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const name = fc.constantFrom("a", "b", "c", "..", ".", "...", "....", " ", "a b", "-", "..a", "\\", "ä");
const path = fc.array(name, { minLength: 1, maxLength: 4 }).map((names) => names.join("/"));
const target = fc
  .tuple(fc.constantFrom("", "", "", "/", "./", "//"), path, fc.constantFrom("", "", "/"))
  .map((parts) => parts.join(""));
const entry: fc.Arbitrary<Entry> = fc.oneof(
  { weight: 3, arbitrary: fc.record({ kind: fc.constant<Kind>("File"), path }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant<Kind>("Directory"), path }) },
  { weight: 4, arbitrary: fc.record({ kind: fc.constant<Kind>("SymbolicLink"), path, linkpath: target }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant<Kind>("Link"), path, linkpath: target }) },
);

describe("a hostile upload", () => {
  let count = 0;
  let [outside, root] = ["", ""];
  beforeEach(() => {
    outside = join(folder, String(count++));
    root = join(outside, "deep", "er", "root");
    mkdirSync(root, { recursive: true });
    writeFileSync(join(outside, "canary"), "");
    writeFileSync(join(outside, "deep", "canary"), "");
  });

  test("that is accepted can be unpacked, and nothing of it is or leads outside its folder", async () => {
    let accepted = 0;
    await fc.assert(
      fc.asyncProperty(fc.array(entry, { minLength: 1, maxLength: 8 }), async (entries) => {
        const content = tarOf([suite, ...entries]);
        if ((await checkPacked(content, 1e6).catch(() => undefined)) === undefined) return;
        accepted++;
        rmSync(root, { recursive: true, force: true });
        await unpack(content, root);
        expect(everything(outside).filter((each) => !each.startsWith("deep/er/root"))).toEqual([
          "canary",
          "deep",
          "deep/canary",
          "deep/er",
        ]);
        for (const each of everything(root)) {
          const place = join(root, each);
          if (!lstatSync(place).isSymbolicLink() || !existsSync(place)) continue;
          expect(`${realpathSync(place)}/`.startsWith(`${realpathSync(root)}/`)).toBe(true);
        }
      }),
      { numRuns: 500 },
    );
    expect(accepted).toBeGreaterThan(50);
  }, 60_000);

  test.each<[string, Entry[], RegExp]>([
    ["a link by way of ...", [{ kind: "SymbolicLink", path: "x", linkpath: ".../../.." }], /goes down and up again/],
    ["a link above the root", [{ kind: "SymbolicLink", path: "a/x", linkpath: "../../y" }], /leads out of the source/],
    [
      "a file behind a link",
      [
        { kind: "SymbolicLink", path: "x", linkpath: "." },
        { kind: "File", path: "x/y" },
      ],
      /x is a folder and something else as well/,
    ],
    [
      "a folder in a file's place",
      [
        { kind: "File", path: "x" },
        { kind: "File", path: "x/y" },
      ],
      /x is a folder and something else as well/,
    ],
    [
      "a link in a file's place",
      [
        { kind: "File", path: "x" },
        { kind: "SymbolicLink", path: "x", linkpath: "y" },
      ],
      /comes twice/,
    ],
    ["a hard link", [{ kind: "Link", path: "x", linkpath: "holdfast.yaml" }], /a Link cannot be part of a source/],
  ])("%s is refused by name", async (_what, entries, message) => {
    await expect(checkPacked(tarOf([suite, ...entries]), 1e6)).rejects.toThrow(message);
  });

  test("links that form a loop are accepted, and never followed", async () => {
    const loops: Entry[] = [
      { kind: "SymbolicLink", path: "a", linkpath: "." },
      { kind: "SymbolicLink", path: "b", linkpath: "." },
      { kind: "SymbolicLink", path: "c", linkpath: "c" },
    ];
    const content = tarOf([suite, ...loops]);
    await checkPacked(content, 1e6);
    await unpack(content, root);
    expect(everything(root).sort()).toEqual(["a", "b", "c", "holdfast.yaml"]);
  });
});

test.each([
  ["x", "y", undefined],
  ["a/b/x", "../../y/z", undefined],
  ["a/x", "./../b", undefined],
  ["a/x", ".", undefined],
  ["x", "..", "leads out"],
  ["x", "a/../b", "down and up"],
  ["x", ".../..", "down and up"],
  ["x", "/etc", "leads out"],
])("a link %s to %s: %s", (path, target, problem) => {
  if (problem === undefined) expect(linkProblem(path, target)).toBeUndefined();
  else expect(linkProblem(path, target)).toContain(problem);
});
