import { lookup } from "node:dns/promises";
import { readFileSync } from "node:fs";
import { connect, type Socket } from "node:net";
import { connect as connectTls } from "node:tls";
import { InfrastructureError } from "./infrastructure-error.js";
import { noteUse } from "./notes.js";
import { serviceAddress } from "./service-address.js";

const defaultTimeoutMs = 10_000;

function partsOf(service: string): { host: string; port: number } {
  const { hostname, port } = new URL(`tcp://${serviceAddress(service)}`);
  return { host: hostname.replaceAll(/[[\]]/g, ""), port: Number(port) };
}

async function blaming<T>(service: string, work: () => Promise<T>): Promise<T> {
  noteUse(service);
  try {
    return await work();
  } catch (error) {
    if (error instanceof InfrastructureError) throw error;
    throw new InfrastructureError(service, (error as Error).message, { cause: error });
  }
}

/**
 * A connection to a service.
 * @requires service:{service}
 * @throws InfrastructureError if it does not accept one in time
 */
export function tcpConnect(service: string, timeoutMs = defaultTimeoutMs): Promise<Socket> {
  const address = partsOf(service);
  return blaming(service, () => opened(connect(address), "connect", timeoutMs));
}

function opened<S extends Socket>(socket: S, event: string, timeoutMs: number): Promise<S> {
  return new Promise((resolve, reject) => {
    const limit = setTimeout(() => socket.destroy(new Error(`no answer within ${timeoutMs / 1_000} s`)), timeoutMs);
    socket.once("error", reject).once("close", () => {
      clearTimeout(limit);
      reject(new Error("the connection was closed"));
    });
    socket.once(event, () => {
      clearTimeout(limit);
      socket.off("error", reject);
      resolve(socket);
    });
  });
}

/** Sends some bytes and reads until the answer is long enough. */
async function exchange(
  service: string,
  send: Uint8Array | undefined,
  isComplete: (answer: Buffer) => boolean,
  timeoutMs: number,
): Promise<Buffer> {
  const address = partsOf(service);
  return blaming(service, () => exchangeAt(address, send, isComplete, timeoutMs));
}

async function exchangeAt(
  address: { host: string; port: number },
  send: Uint8Array | undefined,
  isComplete: (answer: Buffer) => boolean,
  timeoutMs: number,
): Promise<Buffer> {
  const socket = await opened(connect(address), "connect", timeoutMs);
  try {
    return await new Promise<Buffer>((resolve, reject) => {
      let answer = Buffer.alloc(0);
      socket.setTimeout(timeoutMs, () => reject(new Error(`no answer within ${timeoutMs / 1_000} s`)));
      socket
        .on("error", reject)
        .on("end", () => reject(new Error("the connection ended before the answer was complete")));
      socket.on("data", (data) => {
        answer = Buffer.concat([answer, data]);
        if (isComplete(answer)) resolve(answer);
      });
      if (send !== undefined) socket.write(send);
    });
  } finally {
    socket.destroy();
  }
}

/**
 * Sends a GET request to a service. A status of 500 or above is the service's fault. The test judges all others.
 * @requires service:{service}
 * @throws InfrastructureError
 */
export async function httpGet(
  service: string,
  path = "/",
  timeoutMs = defaultTimeoutMs,
): Promise<{ status: number; body: string }> {
  const address = serviceAddress(service);
  return blaming(service, async () => {
    const answer = await fetch(`http://${address}${path}`, { signal: AbortSignal.timeout(timeoutMs) });
    const body = await answer.text();
    if (answer.status >= 500) throw new Error(`GET ${path} answered ${answer.status}`);
    return { status: answer.status, body };
  });
}

/**
 * The addresses of a host name.
 * @requires service:{service}
 * @throws InfrastructureError
 */
export async function resolveName(name: string, service = "dns"): Promise<string[]> {
  return blaming(service, async () => (await lookup(name, { all: true })).map(({ address }) => address));
}

/**
 * The TLS certificate of a service in DER form, without verifying it.
 * @requires service:{service}
 * @throws InfrastructureError
 */
export async function certificateOf(service: string, timeoutMs = defaultTimeoutMs): Promise<Buffer> {
  const address = partsOf(service);
  return blaming(service, async () => {
    const socket = await opened(connectTls({ ...address, rejectUnauthorized: false }), "secureConnect", timeoutMs);
    const { raw } = socket.getPeerCertificate();
    socket.destroy();
    return raw;
  });
}

/**
 * The first line of an SSH server, such as `SSH-2.0-OpenSSH_9.2`.
 * @requires service:{service}
 * @throws InfrastructureError
 */
export async function sshBanner(service: string, timeoutMs = defaultTimeoutMs): Promise<string> {
  const address = partsOf(service);
  return blaming(service, () => sshBannerAt(address.host, address.port, timeoutMs));
}

/** Like `sshBanner`, for a server that is not a service of the grid. @throws Error */
export async function sshBannerAt(host: string, port: number, timeoutMs = defaultTimeoutMs): Promise<string> {
  // Servers may send other lines first (RFC 4253, section 4.2).
  const isComplete = (data: Buffer) => /^SSH-[^\n]*\n/m.test(data.toString());
  const answer = await exchangeAt({ host, port }, undefined, isComplete, timeoutMs);
  return /^(SSH-[^\r\n]*)/m.exec(answer.toString())![1]!;
}

/**
 * Begins an AMQP 0-9-1 connection. @returns class and method of the answer: 10 and 10 are `connection.start`
 * @requires service:{service}
 * @throws InfrastructureError
 */
export async function amqpConnect(
  service: string,
  timeoutMs = defaultTimeoutMs,
): Promise<{ classId: number; methodId: number }> {
  const answer = await exchange(
    service,
    Buffer.from("AMQP\0\0\x09\x01", "latin1"),
    (data) => data.length >= 11,
    timeoutMs,
  );
  if (answer[0] !== 1) throw new InfrastructureError(service, "no AMQP 0-9-1 broker answers there");
  return { classId: answer.readUInt16BE(7), methodId: answer.readUInt16BE(9) };
}

/**
 * Connects to an MQTT 3.1.1 broker. @returns the return code of its answer: 0 means accepted
 * @requires service:{service}
 * @throws InfrastructureError
 */
export async function mqttConnect(service: string, client = "holdfast", timeoutMs = defaultTimeoutMs): Promise<number> {
  const name = Buffer.from(client.slice(0, 23));
  const body = Buffer.concat([Buffer.from("\0\x04MQTT\x04\x02\0\x3c", "latin1"), Buffer.from([0, name.length]), name]);
  const answer = await exchange(
    service,
    Buffer.concat([Buffer.from([0x10, body.length]), body]),
    (data) => data.length >= 4,
    timeoutMs,
  );
  if (answer[0] !== 0x20) throw new InfrastructureError(service, "no MQTT broker answers there");
  return answer[3]!;
}

/**
 * The folder where a service is mounted: HOLDFAST_MOUNT_<NAME>, or /mnt/<name> if that is not set.
 * @requires service:{service}
 * @throws InfrastructureError if nothing is mounted there
 */
export function mountOf(service: string): string {
  noteUse(service);
  const folder =
    process.env[`HOLDFAST_MOUNT_${service.toUpperCase().replace(/[^A-Z0-9]+/g, "_")}`] ?? `/mnt/${service}`;
  const isMounted = readFileSync("/proc/mounts", "utf8")
    .split("\n")
    .some((line) => line.split(" ")[1] === folder);
  if (!isMounted) throw new InfrastructureError(service, `${folder} is not mounted`);
  return folder;
}

/** Repeats a condition until it returns something true. @throws Error after `timeoutMs` */
export async function waitFor<T>(
  condition: () => T | Promise<T>,
  { timeoutMs = 30_000, everyMs = 200, what = "the condition" } = {},
): Promise<T> {
  const end = performance.now() + timeoutMs;
  for (;;) {
    const value = await condition();
    if (value) return value;
    if (performance.now() >= end) throw new Error(`${what} did not come true within ${timeoutMs / 1_000} s`);
    await new Promise((resolve) => setTimeout(resolve, everyMs));
  }
}
