import { execFileSync } from "node:child_process";
import {
  existsSync,
  linkSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "@jest/globals";
import { packCheckOut, packFolder, packWorkingTree } from "../../source/pack/pack.js";
import { checkPacked } from "../../source/pack/packed.js";
import { unpack } from "../../source/pack/unpack.js";
import { GitRepository } from "../support/git-repository.js";

const suite = 'owner: dev@example.org\ntests:\n  one: { test: "true" }\n';
const limit = 64 * 2 ** 20;
let folder: string;
let out: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "holdfast-pack-"));
  out = mkdtempSync(join(tmpdir(), "holdfast-unpacked-"));
  writeFileSync(join(folder, "holdfast.yaml"), suite);
});
afterEach(() => [folder, out].forEach((each) => rmSync(each, { recursive: true, force: true })));

const describeIn = (place: string, ...args: string[]) =>
  execFileSync("git", ["-C", place, "describe", ...args], { encoding: "utf8" }).trim();

describe("a packed folder", () => {
  test("keeps names that are not UTF-8, byte by byte, and has the same hash each time", async () => {
    const odd = Buffer.concat([Buffer.from(`${folder}/caf`), Buffer.from([0xe9]), Buffer.from(".txt")]);
    writeFileSync(odd, "latin-1");
    mkdirSync(join(folder, "sub"));
    writeFileSync(Buffer.concat([Buffer.from(`${folder}/sub/`), Buffer.from([0xff, 0xfe])]), "x");
    const packed = await packFolder(folder);
    const { sourceHash } = await checkPacked(packed, limit);
    expect((await checkPacked(await packFolder(folder), limit)).sourceHash).toBe(sourceHash);
    await unpack(packed, out);
    const names = readdirSync(out, { encoding: "buffer" }).map((name) => name.toString("latin1"));
    expect(names.sort()).toEqual(["caf\u00e9.txt", "holdfast.yaml", "sub"]);
    expect(readdirSync(join(out, "sub"), { encoding: "buffer" })[0]).toEqual(Buffer.from([0xff, 0xfe]));
  });

  test("keeps a link to nothing that stays inside, and refuses one that leads out", async () => {
    symlinkSync("build/later.bin", join(folder, "dangling"));
    const packed = await packFolder(folder);
    await checkPacked(packed, limit);
    await unpack(packed, out);
    expect(readlinkSync(join(out, "dangling"))).toBe("build/later.bin");
    symlinkSync("../nowhere", join(folder, "leads-out"));
    await expect(packFolder(folder)).rejects.toThrow("leads-out: the link leads out of the source, to ../nowhere");
  });

  test("packs hard links as files", async () => {
    writeFileSync(join(folder, "a"), "the same");
    linkSync(join(folder, "a"), join(folder, "b"));
    const packed = await packFolder(folder);
    await checkPacked(packed, limit);
    await unpack(packed, out);
    expect([readFileSync(join(out, "a"), "utf8"), readFileSync(join(out, "b"), "utf8")]).toEqual([
      "the same",
      "the same",
    ]);
  });

  test("may have a FIFO that .gitignore leaves out", async () => {
    execFileSync("git", ["-C", folder, "init", "--quiet"]);
    writeFileSync(join(folder, ".gitignore"), "*.sock\n");
    execFileSync("mkfifo", [join(folder, "agent.sock")]);
    await unpack(await packFolder(folder), out);
    expect(readdirSync(out).sort()).toEqual([".gitignore", "holdfast.yaml"]);
  });

  test.each(["plain", "repository"])("refuses a FIFO by name, in a %s folder", async (kind) => {
    if (kind === "repository") execFileSync("git", ["-C", folder, "init", "--quiet"]);
    execFileSync("mkfifo", [join(folder, "queue")]);
    await expect(packFolder(folder)).rejects.toThrow("queue: a FIFO cannot be part of a source");
  });

  test.each(["plain", "repository"])("counts what .gitignore leaves out, in a %s folder", async (kind) => {
    if (kind === "repository") execFileSync("git", ["-C", folder, "init", "--quiet"]);
    writeFileSync(join(folder, ".gitignore"), "node_modules/\n*.log\n");
    mkdirSync(join(folder, "node_modules/a"), { recursive: true });
    writeFileSync(join(folder, "node_modules/a/index.js"), "x");
    writeFileSync(join(folder, "debug.log"), "x");
    const { ignored, content } = await packWorkingTree(folder, null);
    expect(ignored.sort()).toEqual(["debug.log", "node_modules/"]);
    await unpack(content, out);
    expect(readdirSync(out).sort()).toEqual([".gitignore", "holdfast.yaml"]);
  });

  test("says where the suite file is, if it is not where it should be", async () => {
    execFileSync("mv", [join(folder, "holdfast.yaml"), join(folder, "holdfast.yml")]);
    await expect(checkPacked(await packFolder(folder), limit)).rejects.toThrow(
      "the source has no holdfast.yaml in its root; it has holdfast.yml: rename it to holdfast.yaml",
    );
    mkdirSync(join(folder, "packages/a"), { recursive: true });
    execFileSync("mv", [join(folder, "holdfast.yml"), join(folder, "packages/a/holdfast.yaml")]);
    const packed = await packFolder(folder);
    await expect(checkPacked(packed, limit)).rejects.toThrow("submit it with --path packages/a");
    expect((await checkPacked(packed, limit, "packages/a")).suiteText).toBe(suite);
    for (const outside of ["../a", "/etc"])
      await expect(checkPacked(packed, limit, outside)).rejects.toThrow("must stay inside the source");
  });
});

describe("a packed repository", () => {
  let repository: GitRepository;
  beforeEach(() => {
    repository = new GitRepository({ "holdfast.yaml": suite });
    repository.git("tag", "-a", "v1.0", "-m", "first");
    repository.commit("second", { "a.txt": "x" });
  });
  afterEach(() => repository.remove());

  test("has the history that `git describe` needs, and none of its settings", async () => {
    repository.git("config", "core.fsmonitor", "touch /tmp/should-never-run");
    repository.git("remote", "add", "origin", "https://ann:geheim@example.org/r.git");
    const { content } = await packWorkingTree(repository.folder, 50);
    await checkPacked(content, limit);
    await unpack(content, out);
    const { stdout } = { stdout: describeIn(out) };
    expect(stdout).toMatch(/^v1\.0-1-g[0-9a-f]+$/);
    expect(describeIn(out, "--dirty")).toBe(stdout);
    expect(execFileSync("git", ["-C", out, "config", "--list", "--local"], { encoding: "utf8" })).not.toMatch(
      /geheim|fsmonitor|remote/,
    );
    writeFileSync(join(out, "a.txt"), "changed");
    expect(describeIn(out, "--dirty")).toBe(`${stdout}-dirty`);
  });

  test("has the same hash for the same commits, however git cloned and packed them", async () => {
    const hashOf = async (place: string) =>
      (await checkPacked((await packWorkingTree(place, 50)).content, limit)).sourceHash;
    const first = await hashOf(repository.folder);
    repository.git("gc", "--quiet", "--aggressive");
    expect(await hashOf(repository.folder)).toBe(first);
    execFileSync("git", ["clone", "--quiet", repository.url, join(out, "clone")]);
    expect(await hashOf(join(out, "clone"))).toBe(first);
  });

  test("has only as many commits as requested", async () => {
    repository.commit("third", {});
    const { content } = await packWorkingTree(repository.folder, 1);
    await unpack(content, out);
    expect(() => describeIn(out)).toThrow();
    expect(execFileSync("git", ["-C", out, "log", "--oneline"], { encoding: "utf8" }).trim().split("\n")).toHaveLength(
      1,
    );
  });

  test("has no history if only a folder within it is packed", async () => {
    repository.commit("a package", { "packages/a/holdfast.yaml": suite });
    const { content } = await packWorkingTree(join(repository.folder, "packages/a"), 50);
    await unpack(content, out);
    expect(readdirSync(out)).toEqual(["holdfast.yaml"]);
  });

  test("has submodules and nested clones as files, and is refused if a submodule is not checked out", async () => {
    const inner = new GitRepository({ "inner.txt": "x", ".gitignore": "*.log\n", "kept.txt": "x" });
    repository.git("submodule", "--quiet", "add", inner.url, "libs/inner");
    execFileSync("git", ["clone", "--quiet", inner.url, join(repository.folder, "nested")]);
    writeFileSync(join(repository.folder, "nested/a.log"), "x");
    const { content, ignored } = await packWorkingTree(repository.folder, null);
    await unpack(content, out);
    for (const file of ["libs/inner/inner.txt", "nested/kept.txt"]) expect(existsSync(join(out, file))).toBe(true);
    expect(ignored).toEqual(["nested/a.log"]);
    repository.git("commit", "--quiet", "-am", "a submodule");
    repository.git("submodule", "--quiet", "deinit", "--force", "libs/inner");
    await expect(packWorkingTree(repository.folder, null)).rejects.toThrow(
      "libs/inner: this submodule is not checked out; run `git submodule update --init --recursive` first",
    );
    inner.remove();
  });

  test("is refused if it has LFS pointers, with their names", async () => {
    const pointer = `version https://git-lfs.github.com/spec/v1\noid sha256:${"0".repeat(64)}\nsize 3\n`;
    writeFileSync(join(repository.folder, ".gitattributes"), "*.bin filter=lfs\n");
    writeFileSync(join(repository.folder, "big.bin"), pointer);
    repository.git("-c", "filter.lfs.clean=cat", "add", "--all");
    await expect(packWorkingTree(repository.folder, 50)).rejects.toThrow(
      "big.bin: Git LFS pointers; run `git lfs pull` first",
    );
  });

  test("keeps its history whatever the name of its folder, and with SHA-256", async () => {
    const odd = join(folder, "100%20 odd");
    execFileSync("git", ["init", "--quiet", "--object-format=sha256", odd]);
    writeFileSync(join(odd, "holdfast.yaml"), suite);
    const who = ["-C", odd, "-c", "user.email=a@b.c", "-c", "user.name=a"];
    execFileSync("git", [...who, "add", "--all"]);
    execFileSync("git", [...who, "commit", "--quiet", "-m", "first"]);
    execFileSync("git", [...who, "tag", "v1"]);
    const { content, notes } = await packWorkingTree(odd, 50);
    expect(notes).toEqual([]);
    await unpack(content, out);
    expect(describeIn(out, "--tags")).toBe("v1");
  });

  test("is refused before it is read if it is larger than the limit", async () => {
    writeFileSync(join(repository.folder, "large.bin"), Buffer.alloc(2 * 2 ** 20));
    const commit = repository.commit("large", {});
    const options = { commit, depth: 1, scratch: tmpdir(), limitBytes: 2 ** 20 };
    await expect(packCheckOut(repository.folder, options)).rejects.toMatchObject({
      identifier: "user/source-too-large",
    });
  });

  test("keeps tracked files when it was checked out, even if .gitignore names them", async () => {
    writeFileSync(join(repository.folder, ".gitignore"), "*.out\n");
    writeFileSync(join(repository.folder, "golden.out"), "x");
    repository.git("add", "--force", ".gitignore", "golden.out");
    const commit = repository.commit("golden", {});
    await unpack(
      (await packCheckOut(repository.folder, { commit, depth: 50, scratch: tmpdir(), limitBytes: limit })).content,
      out,
    );
    expect(readdirSync(out)).toEqual(expect.arrayContaining(["golden.out", ".git"]));
  });
});
