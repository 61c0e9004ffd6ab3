import { execFile } from "node:child_process";
import { createSocket } from "node:dgram";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { createServer as createHttpServer } from "node:http";
import { createServer as createTlsServer } from "node:https";
import type { AddressInfo, Server } from "node:net";
import { networkInterfaces, tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { packageRoot } from "../../grid/package-root.js";
import { probe } from "../../probes/probe.js";
import { isRunning } from "../support/processes.js";

const timeoutMs = 2_000;
const folder = mkdtempSync(join(tmpdir(), "holdfast-probes-"));
const dayMs = 86_400_000;

/** Listens on a free port of this machine. */
async function listen(server: Server, address = "127.0.0.1"): Promise<number> {
  await new Promise<void>((resolve) => server.listen(0, address, resolve));
  return (server.address() as AddressInfo).port;
}

const tls = join(packageRoot, "test/support/tls");

/** Probes a certificate in a process that trusts its issuer, because Node reads the trusted issuers only when it starts. */
async function trusting(http: string, certificate: number): Promise<unknown> {
  const code = `const { probe } = await import(${JSON.stringify(join(packageRoot, "dist/probes/probe.js"))});
    console.log(JSON.stringify(await probe(${JSON.stringify({ http, certificate })}, ${timeoutMs})));`;
  const env = { ...process.env, NODE_EXTRA_CA_CERTS: join(tls, "localhost.pem") };
  const { stdout } = await promisify(execFile)(process.execPath, ["--input-type=module", "-e", code], { env });
  return JSON.parse(stdout);
}

const hasIpv6 = Object.values(networkInterfaces()).some((each) => each?.some(({ address }) => address === "::1"));
const testIpv6 = hasIpv6 ? test : test.skip;

describe("a probe", () => {
  const web = createHttpServer((request, response) => {
    response.statusCode = Number(request.url?.slice(1));
    response.end("all books are on the shelf");
  });
  const createSecure = () =>
    createTlsServer(
      { key: readFileSync(join(tls, "localhost-key.pem")), cert: readFileSync(join(tls, "localhost.pem")) },
      (_request, response) => response.end("ok"),
    );
  const [secure, secure6] = [createSecure(), createSecure()];
  /** Answers each query for an address with 192.0.2.7 (RFC 1035), except queries for nothing.test. */
  const names = createSocket("udp4", (message, { port, address }) => {
    if (message.includes("nothing")) return;
    const question = message.subarray(12, message.indexOf(0, 12) + 5);
    const header = Buffer.concat([message.subarray(0, 2), Buffer.from("81800001000100000000", "hex")]);
    const answer = Buffer.concat([Buffer.from("c00c000100010000003c0004", "hex"), Buffer.from([192, 0, 2, 7])]);
    names.send(Buffer.concat([header, question, answer]), port, address);
  });
  let [webPort, securePort, secure6Port] = [0, 0, 0];
  beforeAll(async () => {
    webPort = await listen(web);
    securePort = await listen(secure);
    if (hasIpv6) secure6Port = await listen(secure6, "::1");
    await new Promise<void>((resolve) => names.bind(0, "127.0.0.1", resolve));
  });
  afterAll(() => {
    web.close();
    secure.close();
    secure6.close();
    names.close();
    rmSync(folder, { recursive: true });
  });

  test("by http accepts any 2xx, or only the status that is configured", async () => {
    const at = (status: number) => `http://127.0.0.1:${webPort}/${status}`;
    expect(await probe({ http: at(204) }, timeoutMs)).toMatchObject({ ok: true });
    expect(await probe({ http: at(503) }, timeoutMs)).toMatchObject({
      ok: false,
      detail: expect.stringContaining("503"),
    });
    expect(await probe({ http: at(401), status: 401 }, timeoutMs)).toMatchObject({ ok: true });
    expect(await probe({ http: at(200), status: 401 }, timeoutMs)).toMatchObject({
      ok: false,
      detail: expect.stringContaining("answered 200, not 401"),
    });
  });

  test("by http looks for text in the answer", async () => {
    const http = `http://127.0.0.1:${webPort}/200`;
    expect(await probe({ http, body: "all books" }, timeoutMs)).toMatchObject({ ok: true });
    expect(await probe({ http, body: "no books" }, timeoutMs)).toMatchObject({
      ok: false,
      detail: expect.stringContaining('without "no books"'),
    });
    expect(await probe({ http, certificate: dayMs }, timeoutMs)).toMatchObject({ ok: false });
  });

  test("by http fails if a certificate is about to expire, and trusts only known issuers", async () => {
    const http = `https://localhost:${securePort}/`;
    expect(await probe({ http }, timeoutMs)).toMatchObject({ ok: false, detail: expect.stringMatching(/SELF_SIGNED/) });
    expect(await trusting(http, 14 * dayMs)).toMatchObject({ ok: true });
    expect(await trusting(http, 200 * 365 * dayMs)).toMatchObject({
      ok: false,
      detail: expect.stringMatching(/certificate of localhost is valid for only/),
    });
  });

  testIpv6("by http checks the certificate of an IPv6 address", async () => {
    expect(await trusting(`https://[::1]:${secure6Port}/`, 14 * dayMs)).toMatchObject({ ok: true });
  });

  test("by dns asks the configured server, or resolves as programs on this machine do", async () => {
    const server = `127.0.0.1:${names.address().port}`;
    expect(await probe({ dns: "mirror.test", server }, timeoutMs)).toMatchObject({
      ok: true,
      detail: "mirror.test is 192.0.2.7",
    });
    expect(await probe({ dns: "nothing.test", server }, 300)).toMatchObject({ ok: false });
    expect(await probe({ dns: "localhost" }, timeoutMs)).toMatchObject({ ok: true });
    expect(await probe({ dns: "no-such-name.invalid" }, timeoutMs)).toMatchObject({ ok: false });
  });

  test("of a disk checks space and inodes", async () => {
    expect(await probe({ disk: folder, free: 1, inodes: 0 }, timeoutMs)).toMatchObject({
      ok: true,
      detail: expect.stringMatching(/MiB and \d+ inodes free/),
    });
    expect(await probe({ disk: folder, free: 2 ** 60, inodes: 0 }, timeoutMs)).toMatchObject({ ok: false });
    expect(await probe({ disk: `${folder}/gone`, free: 1, inodes: 0 }, timeoutMs)).toMatchObject({
      ok: false,
      detail: expect.stringContaining("ENOENT"),
    });
  });

  test("by a script ends at its time limit, with all its children", async () => {
    expect(await probe({ script: "echo 12 seats free" }, timeoutMs)).toMatchObject({
      ok: true,
      detail: "12 seats free",
    });
    expect(await probe({ script: "echo none left; exit 3" }, timeoutMs)).toMatchObject({
      ok: false,
      detail: expect.stringMatching(/ended with 3: none left/),
    });
    const child = join(folder, "child");
    expect(await probe({ script: `sh -c 'echo $$ > ${child}; sleep 60' & wait` }, 3_000)).toMatchObject({
      ok: false,
      detail: expect.stringContaining("did not end within 3000 ms"),
    });
    expect(isRunning(Number(readFileSync(child, "utf8")))).toBe(false);
  });
});
