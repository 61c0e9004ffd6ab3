import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { expect, test } from "@jest/globals";
import {
  allowedLookup,
  assertAddressAllowed,
  defaultPolicy,
  type FetchPolicy,
} from "../../source/fetch/fetch-policy.js";
import { FetchProxy } from "../../source/fetch/fetch-proxy.js";

const open = defaultPolicy(false);
const only: FetchPolicy = { allow: ["git.example.org", "*.example.net", "10.0.0.0/8", "fd00::/8"], file: false };

test.each<[string, FetchPolicy, RegExp | null]>([
  ["https://example.org/x.git", open, null],
  ["ssh://git@example.org/x.git", open, null],
  ["git@example.org:x.git", open, null],
  ["http://127.0.0.1/x.git", open, /not part of the public Internet/],
  ["http://[::1]/x.git", open, /not part of the public Internet/],
  ["http://[::ffff:127.0.0.1]/x.git", open, /not part of the public Internet/],
  ["http://169.254.169.254/x", open, /not part of the public Internet/],
  ["http://2130706433/x", open, /not part of the public Internet/],
  ["http://0x7f.1/x", open, /not part of the public Internet/],
  ["git@192.168.1.1:x.git", open, /not part of the public Internet/],
  ["http://100.64.0.1/x", open, /not part of the public Internet/],
  ["http://8.8.8.8/x", open, null],
  ["file:///srv/x.git", open, /from its own disk/],
  ["/srv/x.git", open, /from its own disk/],
  ["https://git.example.org/x", only, null],
  ["https://GIT.example.org./x", only, null],
  ["https://a.example.net/x", only, null],
  ["http://10.1.2.3/x", only, null],
  ["http://[fd00::1]/x", only, null],
  ["http://8.8.8.8/x", only, /it is not on the list of allowed hosts/],
  ["http://127.0.0.1/x", only, /not part of the public Internet/],
  ["https://evil.org/x", { allow: ["git.example.org"], file: false }, /it is not on the list of allowed hosts/],
  ["https://notexample.net/x", { allow: ["*.example.net"], file: false }, /it is not on the list of allowed hosts/],
  ["http://127.0.0.1/x", defaultPolicy(true), null],
  ["http://127.9.9.9/x", defaultPolicy(true), null],
  ["http://10.0.0.1/x", defaultPolicy(true), /not part of the public Internet/],
])("%s under %j: %s", (url, policy, refusal) => {
  const check = () => assertAddressAllowed(url, policy);
  if (refusal === null) expect(check).not.toThrow();
  else expect(check).toThrow(refusal);
});

test("a name is judged by the addresses that it resolves to", async () => {
  const find = (policy: FetchPolicy) =>
    new Promise((resolve, reject) =>
      allowedLookup(policy)("localhost", { all: true }, (error, found) =>
        error === null ? resolve(found) : reject(error),
      ),
    );
  await expect(find(open)).rejects.toThrow(/localhost \(.*\): it is not part of the public Internet/);
  await expect(find({ allow: ["localhost"], file: false })).resolves.not.toEqual([]);
});

test("git reaches only allowed addresses through the proxy", async () => {
  let visits = 0;
  const server = createServer((_request, response) => response.writeHead(404).end(String(visits++)));
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  const scratch = mkdtempSync(join(tmpdir(), "holdfast-proxy-"));
  const proxy = await FetchProxy.start(scratch);
  const visit = async (policy: FetchPolicy, host: string) => {
    const exit = proxy.open(policy);
    const env = { ...process.env, http_proxy: exit.url, no_proxy: "", GIT_TERMINAL_PROMPT: "0" };
    const url = `http://${host}:${port}/x.git`;
    await promisify(execFile)("git", ["-c", `http.proxy=${exit.url}`, "ls-remote", url], { env }).catch(
      () => undefined,
    );
    exit.close();
    return exit.refusal();
  };
  expect(await visit({ allow: ["127.0.0.1"], file: false }, "127.0.0.1")).toBeUndefined();
  expect(visits).toBeGreaterThan(0);
  const before = visits;
  expect(await visit(open, "127.0.0.1")).toMatch(/127\.0\.0\.1/);
  expect(await visit(open, "localhost")).toMatch(/localhost/);
  expect(visits).toBe(before);
  await proxy.stop();
  server.close();
  rmSync(scratch, { recursive: true });
});
