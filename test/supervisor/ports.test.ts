import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { afterAll, beforeAll, expect, test } from "@jest/globals";
import { packageRoot } from "../../grid/package-root.js";
import { assignPorts, freePort } from "../../grid/ports.js";

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "holdfast-ports-"));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

test("each server gets its own port, and the same one at the next start", async () => {
  const first = await assignPorts(folder, ["database", "inbox"]);
  expect(new Set(Object.values(first)).size).toBe(2);
  await expect(assignPorts(folder, ["inbox", "database"])).resolves.toEqual(first);
});

test("no server gets a port that is promised to another one, even if it had that port before", async () => {
  const promised = await freePort();
  writeFileSync(join(folder, "ports.json"), JSON.stringify({ database: promised, inbox: promised }));
  const ports = await assignPorts(folder, ["database", "inbox"], [promised]);
  expect(new Set([promised, ...Object.values(ports)]).size).toBe(3);
});

const onLinux = process.platform === "linux" ? test : test.skip;
onLinux("no two processes get the same port, even if no server listens at it yet", async () => {
  const port = await freePort();
  writeFileSync(join(folder, "ports.json"), JSON.stringify({ database: port }));
  const script = `import { assignPorts } from ${JSON.stringify(pathToFileURL(join(packageRoot, "dist/grid/ports.js")))};
    process.stdout.write(JSON.stringify(await assignPorts(${JSON.stringify(folder)}, ["database"])));`;
  const { stdout } = spawnSync(process.execPath, ["--input-type=module", "-e", script], { encoding: "utf8" });
  const { database } = JSON.parse(stdout) as { database: number };
  expect(database).toBeGreaterThan(0);
  expect(database).not.toBe(port);
});
