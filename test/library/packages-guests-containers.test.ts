import { execFile, spawnSync } from "node:child_process";
import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { gzipSync } from "node:zlib";
import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import {
  blockDevice,
  hasPackage,
  InfrastructureError,
  needsCommand,
  reportVersion,
  startContainer,
  startGuest,
} from "../../library/index.js";
import { sshBannerAt } from "../../library/services.js";
import { packageRoot } from "../../analysis/library-folder.js";
import { compiled } from "../../grid/package-root.js";
import { findBinaries } from "../../grid/postgres.js";

/** The files in package repositories of four kinds. */
const files: Record<string, string | Buffer> = {
  "/npm/@lab%2ftool": "{}",
  "/pip/simple/lab-tool/": "<a href=x>x</a>",
  "/debian/dists/stable/main/binary-amd64/Packages.gz": gzipSync("Package: other\nVersion: 1\n\nPackage: lab-tool\n"),
  "/fedora/repodata/repomd.xml":
    '<repomd><data type="filelists"><location href="f.xml"/></data><data type="primary"><location href="repodata/p.xml.gz"/></data></repomd>',
  "/fedora/repodata/p.xml.gz": gzipSync('<metadata><package type="rpm">\n<name>lab-tool</name></package></metadata>'),
};

let server: Server;
let folder: string;
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "holdfast-library-"));
  server = createServer(({ url }, answer) => {
    const found = files[url ?? ""];
    answer.writeHead(url?.startsWith("/broken") === true ? 503 : found === undefined ? 404 : 200).end(found);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", () => resolve()));
  process.env["HOLDFAST_SERVICE_MIRROR"] = `127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterAll(() => {
  server.close();
  rmSync(folder, { recursive: true, force: true });
});

/** Runs Python with the library. @returns its output */
function python(code: string): Promise<string> {
  const env = { ...process.env, PYTHONPATH: join(packageRoot, "library/python"), PYTHONDONTWRITEBYTECODE: "1" };
  return new Promise((resolve) =>
    execFile("python3", ["-c", `import holdfast_library as lab\n${code}`], { env }, (_error, stdout, stderr) =>
      resolve(stdout + stderr),
    ),
  );
}

describe("parts of the library", () => {
  const lists = [
    ["npm", "@lab/tool", "@lab/none", { system: "npm" }, "/npm"],
    ["pip", "Lab_Tool", "none", { system: "pip" }, "/pip"],
    ["apt", "lab-tool", "lab", { system: "apt", suite: "stable" }, "/debian"],
    ["dnf", "lab-tool", "lab", { system: "dnf" }, "/fedora"],
  ] as const;
  test.each(lists)("finds out whether a repository of %s has a package", async (system, there, missing, list, path) => {
    expect(await hasPackage("mirror", there, list, path)).toBe(true);
    expect(await hasPackage("mirror", missing, list, path)).toBe(false);
    await expect(hasPackage("mirror", there, list, "/broken")).rejects.toThrow(InfrastructureError);
    const ask = (name: string) =>
      `print(lab.has_package("mirror", "${name}", "${system}", path="${path}", suite="stable"))`;
    expect(await python(`${ask(there)}\n${ask(missing)}`)).toBe("True\nFalse\n");
  });

  test("a missing block device or program is the machine's fault", async () => {
    expect(() => blockDevice("/dev/null")).toThrow(InfrastructureError);
    expect(() => needsCommand("no-such-program")).toThrow(InfrastructureError);
    expect(needsCommand("sh")).toMatch(/\/sh$/);
    expect(await python('lab.block_device("/dev/null")')).toContain("it is not a block device");
  });

  test("versions are recorded for the grid, in three languages", async () => {
    const file = join(folder, "versions");
    process.env["HOLDFAST_VERSIONS"] = file;
    try {
      reportVersion("firmware", "1.2");
      await python('lab.report_version("firmware", "1.3")');
      const script = '. "$LIBRARY"; holdfast_version "the \\"board\\"" 2';
      spawnSync("sh", ["-c", script], {
        env: { ...process.env, LIBRARY: join(packageRoot, "library/shell/library.sh") },
      });
    } finally {
      delete process.env["HOLDFAST_VERSIONS"];
    }
    const noted = readFileSync(file, "utf8").trim().split("\n");
    expect(noted.map((line) => JSON.parse(line) as unknown)).toEqual([
      { name: "firmware", version: "1.2" },
      { name: "firmware", version: "1.3" },
      { name: 'the "board"', version: "2" },
    ]);
  });

  test.each([
    ["skip", 'skip("no display")', 77, "skipped: no display"],
    [
      "a known issue",
      'await knownIssue("https://x/1", () => assert.equal(1, 2))',
      77,
      "skipped: known issue https://x/1",
    ],
    ["another error", 'await knownIssue("https://x/1", () => { throw new TypeError("bug") })', 1, "TypeError: bug"],
  ])("%s", (_name, code, status, said) => {
    const text = `import assert from "node:assert";\nimport { knownIssue, skip } from ${JSON.stringify(compiled("library/index.js"))};\n${code};`;
    const ended = spawnSync(process.execPath, ["--input-type=module", "-e", text], { encoding: "utf8" });
    expect(ended).toMatchObject({ status, stderr: expect.stringContaining(said) });
  });

  test("a temporary database is removed after the test", () => {
    chmodSync(folder, 0o777);
    const code = `import { connect } from "node:net";
import { readdirSync } from "node:fs";
import { temporaryDatabase } from ${JSON.stringify(compiled("library/index.js"))};
const database = await temporaryDatabase();
const { port } = new URL(database.url);
await new Promise((resolve, reject) => connect(Number(port), "127.0.0.1").once("connect", resolve).once("error", reject).unref());
await database.stop();
console.log(readdirSync(process.env.TMPDIR).filter((name) => name.startsWith("database-")).length);
process.exit(0);`;
    const user = process.getuid?.() === 0 ? { uid: 65_534, gid: 65_534 } : {};
    const ended = spawnSync(process.execPath, ["--input-type=module", "-e", code], {
      ...user,
      cwd: "/",
      encoding: "utf8",
      env: { ...process.env, TMPDIR: folder, PATH: `${findBinaries()}${delimiter}${process.env["PATH"]}` },
    });
    expect({ status: ended.status, stdout: ended.stdout.trim(), stderr: ended.stderr }).toEqual({
      status: 0,
      stdout: "0",
      stderr: "",
    });
  });

  describe("with programs that stand in for QEMU and docker", () => {
    const path = process.env["PATH"];
    beforeAll(() => {
      const program = (name: string, text: string) => {
        writeFileSync(join(folder, name), text);
        chmodSync(join(folder, name), 0o755);
      };
      program(
        "qemu-system-x86_64",
        `#!${process.execPath}
const args = process.argv.slice(2);
const console = args[args.indexOf("-serial") + 1].slice("file:".length);
require("fs").writeFileSync(console, "Linux boots\\n");
if (args.includes("broken")) process.exit(3);
const port = /hostfwd=tcp:127.0.0.1:(\\d+)-:22/.exec(args.join(" "))[1];
setTimeout(() => require("net").createServer((socket) => socket.on("error", () => undefined).end("SSH-2.0-Guest\\r\\n")).listen(port, "127.0.0.1"), 500);
`,
      );
      program(
        "docker",
        `#!/bin/sh
echo "$@" >> ${join(folder, "docker.calls")}
case $1 in
  run) if [ "$3" = none ]; then echo "no such image" >&2; exit 125; fi; echo c0ffee;;
  port) echo 127.0.0.1:49153;;
  logs) echo "it ran";;
esac
`,
      );
      process.env["PATH"] = `${folder}${delimiter}${path}`;
    });
    afterAll(() => {
      process.env["PATH"] = path;
    });

    test("a guest runs until it is stopped, and its console is kept", async () => {
      const console = join(folder, "console.log");
      const guest = await startGuest("disk.img", { console, timeoutMs: 60_000 });
      expect(await sshBannerAt("127.0.0.1", Number(guest.ssh.split(":")[1]))).toBe("SSH-2.0-Guest");
      await guest.stop();
      await expect(sshBannerAt("127.0.0.1", Number(guest.ssh.split(":")[1]))).rejects.toThrow();
      expect(readFileSync(console, "utf8")).toBe("Linux boots\n");
      await expect(startGuest("disk.img", { console, args: ["broken"] })).rejects.toThrow(
        /the guest ended: Linux boots/,
      );
    });

    test("a container is started, reached and removed, and its output is kept", async () => {
      const log = join(folder, "container.log");
      const container = await startContainer("redis:7", "docker", { ports: [6379], env: { A: "1" }, log });
      expect(await container.address(6379)).toBe("127.0.0.1:49153");
      await container.stop();
      expect(readFileSync(log, "utf8")).toBe("it ran\n");
      expect(readFileSync(join(folder, "docker.calls"), "utf8").split("\n").slice(0, 4)).toEqual([
        "run --detach --publish 127.0.0.1::6379 --env A=1 redis:7",
        "port c0ffee 6379/tcp",
        "logs c0ffee",
        "rm --force c0ffee",
      ]);
      await expect(startContainer("none")).rejects.toThrow(/docker: no such image/);
    });
  });
});
