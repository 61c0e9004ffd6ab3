import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { createServer, type AddressInfo } from "node:net";
import { afterAll, beforeAll, expect, test } from "@jest/globals";
import { recordInKernel } from "../../../../activities/agent/use/kernel-record.js";
import { hostOf, sampleGroups } from "../../../../activities/agent/use/socket-samples.js";

const server = createServer((socket) => socket.on("error", () => undefined));
let port = 0;
beforeAll(async () => {
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  port = (server.address() as AddressInfo).port;
});
afterAll(() => {
  server.close();
});

const connect = (to: number) =>
  `require("net").connect(${to}, "127.0.0.1").on("error", () => process.exit()).on("connect", () => setTimeout(() => process.exit(), 4_000))`;

test.each([
  ["0100007F", "127.0.0.1"],
  ["00000000000000000000000001000000", "::1"],
  ["0000000000000000FFFF00000100007F", "127.0.0.1"],
  ["B80D01200000000000000000EFBE0000", "2001:db8::beef"],
])("the kernel's address %s is %s", (hex, host) => expect(hostOf(hex)).toBe(host));

test("connections of a process group are seen while they are open", async () => {
  const child = spawn(process.execPath, ["-e", connect(port)], { detached: true, stdio: "ignore" });
  const record = sampleGroups(() => [child.pid!]);
  await once(child, "exit");
  expect(await record.end()).toEqual({ addresses: [`127.0.0.1:${port}`], isComplete: false });
});

const hasNft = process.getuid?.() === 0 && spawnSync("nft", ["--version"]).status === 0;
(hasNft ? test : test.skip)("the kernel records refused connections, and only those of one user", async () => {
  const user = 2_127_999_999;
  const record = (await recordInKernel(user))!;
  const as = (uid: number, to: number) =>
    once(spawn(process.execPath, ["-e", connect(to)], { uid, gid: uid, cwd: "/", stdio: "ignore" }), "exit");
  await Promise.all([as(user, port), as(user, 9), as(user - 1, 10)]);
  const { addresses, isComplete } = await record.end();
  expect({ addresses: addresses.sort(), isComplete }).toEqual({
    addresses: [`127.0.0.1:${port}`, "127.0.0.1:9"].sort(),
    isComplete: true,
  });
  expect(spawnSync("nft", ["list", "table", "inet", `holdfast_use_${user}`]).status).not.toBe(0);
});
