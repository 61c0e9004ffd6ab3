import { execFile } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { createServer as createHttpServer, type Server as HttpServer } from "node:http";
import { type AddressInfo, createServer, type Server } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createServer as createTlsServer, type Server as TlsServer } from "node:tls";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "@jest/globals";
import selfsigned from "selfsigned";
import { packageRoot } from "../../analysis/library-folder.js";
import {
  amqpConnect,
  certificateOf,
  httpGet,
  InfrastructureError,
  mountOf,
  mqttConnect,
  resolveName,
  sshBanner,
  tcpConnect,
  waitFor,
} from "../../library/index.js";

const servers: (Server | HttpServer | TlsServer)[] = [];
let folder: string;

async function listening<S extends Server | HttpServer | TlsServer>(server: S): Promise<string> {
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", () => resolve()));
  return `127.0.0.1:${(server.address() as AddressInfo).port}`;
}

/** A server that answers the first data of a client. */
const answering = (answer: (sent: Buffer) => Buffer) =>
  createServer((socket) => socket.on("error", () => undefined).once("data", (sent) => socket.write(answer(sent))));

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "holdfast-library-"));
  const { private: key, cert } = await selfsigned.generate([{ name: "commonName", value: "lab.test" }]);
  const addresses = {
    WEB: await listening(
      createHttpServer(({ url }, answer) =>
        answer.writeHead(url === "/broken" ? 503 : url === "/none" ? 404 : 200).end("yes"),
      ),
    ),
    TLS: await listening(createTlsServer({ key, cert }, (socket) => socket.on("error", () => undefined).end())),
    HOST: await listening(
      createServer((socket) => socket.on("error", () => undefined).write("welcome\r\nSSH-2.0-Test_1\r\n")),
    ),
    AMQP: await listening(
      answering((sent) =>
        sent.subarray(0, 4).equals(Buffer.from("AMQP"))
          ? Buffer.from("0100000000000500 0a000a00ce".replace(" ", ""), "hex")
          : Buffer.from("no"),
      ),
    ),
    MQTT: await listening(
      answering((sent) =>
        sent[0] === 0x10 && sent[1] === sent.length - 2 ? Buffer.from("20020000", "hex") : Buffer.from("no"),
      ),
    ),
    GONE: "127.0.0.1:1",
  };
  for (const [name, address] of Object.entries(addresses)) process.env[`HOLDFAST_SERVICE_${name}`] = address;
});
afterAll(() => {
  for (const server of servers) server.close();
  rmSync(folder, { recursive: true, force: true });
});
afterEach(() => {
  delete process.env["HOLDFAST_CLAIM"];
});

/** Runs Python with the library. @returns its exit code and output */
function python(code: string): Promise<{ status: number; output: string }> {
  const env = { ...process.env, PYTHONPATH: join(packageRoot, "library/python"), PYTHONDONTWRITEBYTECODE: "1" };
  return new Promise((resolve) =>
    execFile("python3", ["-c", `import holdfast_library as lab\n${code}`], { env }, (error, stdout, stderr) =>
      resolve({ status: error === null ? 0 : Number(error.code), output: stdout + stderr }),
    ),
  );
}

describe("the library", () => {
  test("talks to services in their protocols", async () => {
    expect(await httpGet("web", "/x")).toEqual({ status: 200, body: "yes" });
    expect(await httpGet("web", "/none")).toMatchObject({ status: 404 });
    (await tcpConnect("web")).destroy();
    expect((await certificateOf("tls")).toString("latin1")).toContain("lab.test");
    expect(await sshBanner("host")).toBe("SSH-2.0-Test_1");
    expect(await amqpConnect("amqp")).toEqual({ classId: 10, methodId: 10 });
    expect(await mqttConnect("mqtt")).toBe(0);
    expect(await resolveName("localhost")).toContain("127.0.0.1");
    expect(await waitFor(() => 3)).toBe(3);
  });

  test("talks to services in their protocols from Python too", async () => {
    const { status, output } = await python(
      `print(lab.http_get("web", "/x"), lab.http_get("web", "/none")[0], b"lab.test" in lab.certificate("tls"), lab.ssh_banner("host"), lab.amqp_connect("amqp"), lab.mqtt_connect("mqtt"), "127.0.0.1" in lab.resolve("localhost"), lab.wait_for(lambda: 3))`,
    );
    expect({ status, output }).toEqual({
      status: 0,
      output: "(200, b'yes') 404 True SSH-2.0-Test_1 (10, 10) 0 True 3\n",
    });
  });

  test("blames the service that does not answer, and notes that for the grid", async () => {
    process.env["HOLDFAST_CLAIM"] = join(folder, "claims");
    const wrong = [
      () => tcpConnect("gone"),
      () => httpGet("web", "/broken"),
      () => sshBanner("gone"),
      () => amqpConnect("host"),
      () => certificateOf("web"),
      () => resolveName("no-such-host.invalid"),
      async () => mountOf("nfs"),
    ];
    for (const ask of wrong) await expect(ask()).rejects.toThrow(InfrastructureError);
    const noted = readFileSync(join(folder, "claims"), "utf8")
      .trim()
      .split("\n")
      .map((line) => (JSON.parse(line) as { service: string }).service);
    expect(noted).toEqual(["gone", "web", "gone", "host", "web", "dns", "nfs"]);
  });

  test("blames that service in Python and in shell too", async () => {
    process.env["HOLDFAST_CLAIM"] = join(folder, "claims-2");
    expect(await python('lab.tcp_connect("gone")')).toMatchObject({ status: 75 });
    expect(await python('lab.http_get("web", "/broken")')).toMatchObject({ status: 75 });
    expect(await python("lab.nfs_mount()")).toMatchObject({ status: 75 });
    expect(await python("assert lab.http_get('web')[0] == 201")).toMatchObject({ status: 1 });
    const script = `. ${join(packageRoot, "library/shell/library.sh")}\nholdfast_address web >&2\nholdfast_nfs_mount`;
    const shell = await new Promise<number>((resolve) =>
      execFile("sh", ["-c", script], { env: process.env }, (error) => resolve(Number(error?.code ?? 0))),
    );
    expect(shell).toBe(75);
    const noted = readFileSync(join(folder, "claims-2"), "utf8")
      .trim()
      .split("\n")
      .map((line) => (JSON.parse(line) as { service: string }).service);
    expect(noted).toEqual(["gone", "web", "nfs", "nfs"]);
  });
});
