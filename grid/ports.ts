import { randomInt } from "node:crypto";
import { readFileSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { join } from "node:path";

/** A requested port is taken. */
export class PortTakenError extends Error {
  override name = "PortTakenError";
}

/**
 * Assigns a different free port to each name. At the next start, a name gets the same port if it is still free, see `freePort`.
 * @param except ports of servers that are not running yet
 */
export async function assignPorts(
  data: string,
  names: readonly string[],
  except: readonly number[] = [],
): Promise<Record<string, number>> {
  const file = join(data, "ports.json");
  const known = readKnown(file);
  const ports: Record<string, number> = {};
  for (const name of names) {
    const old = known[name];
    const taken = [...except, ...Object.values(ports)];
    const isUsable = old !== undefined && !taken.includes(old) && isLasting(old) && (await isFree(old));
    ports[name] = isUsable && (await reserve(old)) ? old : await anyFree(taken);
  }
  writeFileSync(file, JSON.stringify({ ...known, ...ports }, null, 2));
  return ports;
}

/** @throws PortTakenError */
export async function assertFree(port: number): Promise<void> {
  if (!(await isFree(port))) throw new PortTakenError(`port ${port} is taken; choose another with --port`);
}

function readKnown(file: string): Record<string, number> {
  try {
    return JSON.parse(readFileSync(file, "utf8")) as Record<string, number>;
  } catch {
    return {};
  }
}

async function isFree(port: number): Promise<boolean> {
  return (await tryPort(port)) !== undefined;
}

async function anyFree(taken: readonly number[]): Promise<number> {
  for (;;) {
    const port = await freePort();
    if (!taken.includes(port)) return port;
  }
}

/** The ports that this process has reserved. */
const reserved = new Set<number>();

/**
 * Reserves a port until this process ends, so that no other grid of this machine takes it before its server listens, or while
 * the server restarts. The reservation is a socket in Linux's abstract namespace. Elsewhere there is none.
 * @returns whether the port is this process's now
 */
async function reserve(port: number): Promise<boolean> {
  if (process.platform !== "linux" || reserved.has(port)) return true;
  const isOwn = await new Promise<boolean>((resolve) => {
    // Any local user can connect. A connection must not stay open, or it would use up a file descriptor.
    const mark = createServer((socket) => socket.destroy());
    // Where there is no such socket for another reason, the port is used without a reservation.
    mark.once("error", ({ code }: NodeJS.ErrnoException) => resolve(code !== "EADDRINUSE"));
    mark.listen(`\0holdfast-port-${port}`, () => resolve(true)).unref();
  });
  if (isOwn) reserved.add(port);
  return isOwn;
}

/** The lowest port that is tried. Well-known services have lower ones. */
const lowest = 20_000;
const tries = 100;

/**
 * A free port that stays free while its server is away, even for long. It is reserved for this process. It is not one of the
 * ephemeral ports, which the system gives to outgoing connections and to servers that ask for any port, unless there are no
 * others.
 */
export async function freePort(): Promise<number> {
  const end = firstEphemeral();
  for (let count = 0; count < tries && lowest < end; count++) {
    const port = await tryPort(randomInt(lowest, end));
    if (port !== undefined && !reserved.has(port) && (await reserve(port))) return port;
  }
  for (;;) {
    const port = await tryPort(0);
    if (port !== undefined && !reserved.has(port) && (await reserve(port))) return port;
  }
}

/** Whether a server may keep a port: it is not ephemeral, or there are only ephemeral ports. */
function isLasting(port: number): boolean {
  return port < firstEphemeral() || firstEphemeral() <= lowest;
}

/** The first ephemeral port: on Linux from `net.ipv4.ip_local_port_range`, elsewhere IANA's (RFC 6335). */
function firstEphemeral(): number {
  try {
    return Number.parseInt(readFileSync("/proc/sys/net/ipv4/ip_local_port_range", "utf8"), 10);
  } catch {
    return 49_152;
  }
}

function tryPort(port: number): Promise<number | undefined> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once("error", () => resolve(undefined));
    server.listen(port, "127.0.0.1", () => {
      const address = server.address();
      server.close(() => resolve(typeof address === "object" && address !== null ? address.port : undefined));
    });
  });
}
