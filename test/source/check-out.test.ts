import { execFileSync } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "@jest/globals";
import { type CheckOutInput, checkOut } from "../../source/fetch/check-out.js";
import { UnreachableError } from "../../source/fetch/unreachable.js";
import { FileServer, GitRepository } from "../support/git-repository.js";

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "holdfast-check-out-"));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const fetchOf = (url: string, revision: string, more: Partial<CheckOutInput> = {}) =>
  checkOut({ url, revision, folder, depth: 50, credentials: null, ...more });

describe("a revision of a repository", () => {
  let repository: GitRepository;
  let server: FileServer;
  let first: string;
  let second: string;
  beforeAll(async () => {
    repository = new GitRepository({ "a.txt": "one" });
    first = repository.git("rev-parse", "HEAD");
    repository.git("tag", "-a", "v1", "-m", "version 1");
    second = repository.commit("second", { "a.txt": "two" });
    repository.git("branch", "feature/x", first);
    repository.git("branch", "both", first);
    repository.git("tag", "both", second);
    repository.git("update-ref", "refs/pull/7/head", first);
    repository.git("update-server-info");
    server = await new FileServer(join(repository.folder, ".git")).start();
  });
  afterAll(async () => {
    await server.stop();
    repository.remove();
  });

  for (const kind of ["file", "dumb HTTP"] as const) {
    const url = () => (kind === "file" ? repository.url : server.url);
    test.each([
      ["main", () => second, "main"],
      ["feature/x", () => first, "feature/x"],
      ["refs/heads/feature/x", () => first, "feature/x"],
      ["v1", () => first, "tag:v1"],
      ["refs/tags/v1", () => first, "tag:v1"],
      ["HEAD", () => second, "main"],
      ["refs/pull/7/head", () => first, "ref:pull/7/head"],
      ["pull/7/head", () => first, "ref:pull/7/head"],
    ])(`${kind}: %s is found, and its history has a name of its own`, async (revision, commit, branch) => {
      expect(await fetchOf(url(), revision)).toEqual({ commit: commit(), branch, note: null });
    });

    test(`${kind}: a commit is found by its id and by the beginning of its id`, async () => {
      expect(await fetchOf(url(), first)).toEqual({ commit: first, branch: `commit:${first}`, note: null });
      rmSync(folder, { recursive: true });
      expect(await fetchOf(url(), first.slice(0, 8))).toMatchObject({ commit: first });
    });

    test(`${kind}: if a tag and a branch have one name, the tag is used, and the note says so`, async () => {
      expect(await fetchOf(url(), "both")).toEqual({
        commit: second,
        branch: "tag:both",
        note: "both is a tag and a branch; the tag was taken. Write refs/heads/both for the branch",
      });
    });

    test.each(["nonsense", "0123456789012345678901234567890123456789"])(
      `${kind}: a revision that the server does not have is the user's mistake: %s`,
      async (revision) => {
        await expect(fetchOf(url(), revision)).rejects.toMatchObject({
          identifier: "user/unknown-revision",
          message: `${url()} has no revision ${revision}`,
        });
      },
    );
  }

  test("a server that answers 404 is reported as such", async () => {
    const error = await fetchOf(`${server.url}/nowhere.git`, "main").catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(UnreachableError);
    expect(error).toMatchObject({
      refusal: "this address answers 404",
      message: `${server.url}/nowhere.git: this address answers 404`,
    });
  });

  test("a list without refs does not prove that a revision does not exist", async () => {
    const empty = new GitRepository();
    empty.git("update-ref", "-d", "refs/heads/main");
    const error = await fetchOf(empty.url, "main").catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({ name: "UnreachableError", refusal: "this address lists no branch and no tag" });
    empty.remove();
  });

  test("a server that is away is no refusal", async () => {
    const error = await fetchOf("http://127.0.0.1:1/r.git", "main").catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({ name: "UnreachableError", refusal: null });
  });

  test("credentials reach their own server only, and are in no message", async () => {
    server.credentials = "ann:geheim/@:x";
    try {
      const credentials = { username: "ann", password: "geheim/@:x" };
      expect(await fetchOf(server.url, "main", { credentials })).toMatchObject({ commit: second });
      expect(readFileSync(join(folder, ".git/config"), "utf8")).not.toContain("geheim");
      rmSync(folder, { recursive: true });
      const wrong = { username: "ann", password: "geheimnis" };
      const error = await fetchOf(server.url, "main", { credentials: wrong }).catch((thrown: unknown) => thrown);
      expect(error).toMatchObject({ refusal: "this address asks for other credentials" });
      expect((error as Error).message).not.toContain("geheim");
    } finally {
      server.credentials = null;
    }
  });

  test("a fetch ends when it is cancelled, however slow the server is", async () => {
    server.delayMs = 60_000;
    const stop = new AbortController();
    const fetching = fetchOf(server.url, "main", { stop: stop.signal });
    stop.abort(new Error("cancelled"));
    await expect(fetching).rejects.toThrow("cancelled");
    server.delayMs = 0;
  });
});

describe("submodules and LFS files of a repository", () => {
  test("submodules are fetched, nested ones too", async () => {
    const inner = new GitRepository({ "inner.txt": "inner" });
    const middle = new GitRepository({ "middle.txt": "middle" });
    middle.git("submodule", "--quiet", "add", inner.url, "inner");
    middle.commit("with a submodule", {});
    const outer = new GitRepository({ "outer.txt": "outer" });
    outer.git("submodule", "--quiet", "add", middle.url, "libs/middle");
    outer.commit("with a submodule", {});
    middle.commit("the branch has moved on", { "middle.txt": "newer" });
    await fetchOf(outer.url, "main");
    expect(readFileSync(join(folder, "libs/middle/inner/inner.txt"), "utf8")).toBe("inner");
    expect(readFileSync(join(folder, "libs/middle/middle.txt"), "utf8")).toBe("middle");
    // If a submodule's repository is away, the code is not to blame.
    inner.remove();
    rmSync(folder, { recursive: true });
    await expect(fetchOf(outer.url, "main")).rejects.toMatchObject({
      name: "UnreachableError",
      message: expect.stringContaining("submodule"),
    });
    [middle, outer].forEach((repository) => repository.remove());
  });

  test("a submodule whose commit does not exist is refused by name", async () => {
    const inner = new GitRepository({ "inner.txt": "inner" });
    const outer = new GitRepository({});
    outer.git("submodule", "--quiet", "add", inner.url, "libs/inner");
    outer.git("update-index", "--cacheinfo", "160000,0123456789012345678901234567890123456789,libs/inner");
    outer.git("commit", "--quiet", "-m", "a commit that is nowhere");
    await expect(fetchOf(outer.url, "main")).rejects.toMatchObject({
      identifier: "user/wrong-source",
      message: expect.stringContaining("submodule libs/inner"),
    });
    [inner, outer].forEach((repository) => repository.remove());
  });

  test.each([
    ["no entry says where it is", ""],
    ["update = none", "\tupdate = none\n"],
  ])("a submodule that is not fetched is refused by name: %s", async (_, line) => {
    const inner = new GitRepository({ "inner.txt": "inner" });
    const outer = new GitRepository({});
    outer.git("submodule", "--quiet", "add", inner.url, "libs/inner");
    const text = readFileSync(join(outer.folder, ".gitmodules"), "utf8");
    outer.commit("as it is", { ".gitmodules": line === "" ? "" : `${text}${line}` });
    await expect(fetchOf(outer.url, "main")).rejects.toMatchObject({
      identifier: "user/wrong-source",
      message: expect.stringContaining("submodule libs/inner"),
    });
    [inner, outer].forEach((repository) => repository.remove());
  });

  test("a repository on another host cannot read this machine's disk", async () => {
    const secret = new GitRepository({ "secret.txt": "secret" });
    const outer = new GitRepository({});
    outer.git("submodule", "--quiet", "add", secret.url, "libs/secret");
    outer.commit("reaches in", {});
    outer.git("update-server-info");
    const server = await new FileServer(join(outer.folder, ".git")).start();
    await expect(fetchOf(server.url, "main")).rejects.toThrow(/transport 'file' not allowed/);
    expect(existsSync(join(folder, "libs/secret/secret.txt"))).toBe(false);
    await server.stop();
    [secret, outer].forEach((repository) => repository.remove());
  });

  test("the password of a submodule's address is in no message", async () => {
    const outer = new GitRepository({
      ".gitmodules": '[submodule "inner"]\n\tpath = inner\n\turl = http://bob:Planted/anted@127.0.0.1:1/r.git\n',
    });
    outer.git("update-index", "--add", "--cacheinfo", "160000,0123456789012345678901234567890123456789,inner");
    outer.git("commit", "--quiet", "-m", "with a submodule");
    const error = await fetchOf(outer.url, "main").catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({ name: "UnreachableError" });
    expect((error as Error).message).not.toMatch(/Planted|anted/);
    outer.remove();
  });

  test("LFS files are fetched, or refused by name: never left as pointers", async () => {
    const pointer = `version https://git-lfs.github.com/spec/v1\noid sha256:${"0".repeat(64)}\nsize 3\n`;
    const repository = new GitRepository({
      ".gitattributes": "*.bin filter=lfs diff=lfs merge=lfs -text\n",
      "assets/big.bin": pointer,
      "docs/looks-like-one.txt": pointer,
    });
    const error = await fetchOf(repository.url, "main").catch((thrown: unknown) => thrown);
    const hasLfs = isThere("git-lfs");
    expect(error).toMatchObject(
      hasLfs
        ? { name: "UnreachableError" }
        : { identifier: "user/wrong-source", message: expect.stringMatching(/^assets\/big\.bin: stored with Git LFS/) },
    );
    repository.remove();
  });
});

function isThere(command: string): boolean {
  try {
    execFileSync("sh", ["-c", `command -v ${command}`], { stdio: "ignore" });
    return existsSync("/bin/sh");
  } catch {
    return false;
  }
}
