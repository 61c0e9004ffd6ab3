import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { connect, createServer, isIP, type Server } from "node:net";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { killGroup } from "../../../probes/process-group.js";
import { SandboxError } from "./namespace-holder.js";

const patienceMs = 10_000;
const forwarder = fileURLToPath(new URL("./network-forwarder.js", import.meta.url));

/** Whether this machine can give a test a private network. */
export function hasPrivateNetworks(): boolean {
  return spawnSync("unshare", ["--net", "ip", "link", "set", "lo", "up"], { stdio: "ignore" }).status === 0;
}

/** The private network of one attempt. */
export interface PrivateNetwork {
  /** The process that holds it open. */
  holder: number;
  /** Whether all its processes still run. */
  isWhole(): boolean;
  /** The address of each service inside, by its address outside. Both are `<host>:<port>`. */
  addresses: ReadonlyMap<string, string>;
  /** The outside addresses to which connections were opened. */
  reached(): string[];
  close(): void;
}

/**
 * Makes a network that has only a loopback, but in which these addresses (`<host>:<port>`) can be reached. A host with a name
 * gets an address of 127.0.0.0/8 there, because there is no name server. @throws SandboxError
 */
export async function openPrivateNetwork(services: readonly string[]): Promise<PrivateNetwork> {
  // Not in the attempt's folder, because the path of a socket may have at most 107 bytes.
  const folder = await mkdtemp(join(tmpdir(), "holdfast-network-"));
  const named = new Map([["localhost", "127.0.0.1"]]);
  const hostInside = (host: string) => {
    if (isIP(host) !== 0) return host;
    if (!named.has(host)) named.set(host, `127.0.1.${named.size}`);
    return named.get(host)!;
  };
  const reached = services.map((address) => {
    const { hostname, port } = new URL(`tcp://${address}`);
    const outside = hostname.replaceAll(/[[\]]/g, "");
    return { address, outside, host: hostInside(outside), port: Number(port) };
  });
  const distinct = new Map(reached.map((each) => [`${each.host} ${each.port}`, each]));
  const forwards = [...distinct.values()].map((each, index) => ({ ...each, socket: join(folder, `service-${index}`) }));
  const own = [...new Set(forwards.map(({ host }) => host))].filter(
    (host) => !host.startsWith("127.") && host !== "::1",
  );
  const script = [
    "ip link set lo up",
    ...own.map((host) => `ip address add ${host} dev lo`),
    "echo ready",
    "exec cat > /dev/null",
  ];
  const used = new Set<string>();
  const processes: ChildProcess[] = [];
  const servers: Server[] = [];
  const close = () => {
    for (const each of processes) killGroup(each.pid);
    for (const server of servers) server.close();
    void rm(folder, { recursive: true, force: true });
  };
  try {
    const holder = await ready(processes, "unshare", ["--net", "/bin/sh", "-ec", script.join("\n")]);
    for (const { outside, port, socket } of forwards) {
      const isUsed = () => used.add(`${outside} ${port}`);
      servers.push(await serve({ socket, host: outside, port }, isUsed));
    }
    const inside = forwards.map(({ host, port, socket }) => ({ host, port, socket }));
    const enter = [`--net=/proc/${holder}/ns/net`, process.execPath, forwarder, JSON.stringify(inside)];
    if (forwards.length > 0) await ready(processes, "nsenter", enter);
    return {
      holder,
      isWhole: () => processes.every(({ exitCode, signalCode }) => exitCode === null && signalCode === null),
      addresses: new Map(
        reached.map(({ address, host, port }) => [
          address,
          host.includes(":") ? `[${host}]:${port}` : `${host}:${port}`,
        ]),
      ),
      reached: () =>
        reached.filter(({ outside, port }) => used.has(`${outside} ${port}`)).map(({ address }) => address),
      close,
    };
  } catch (error) {
    close();
    throw error;
  }
}

/** Starts a process, and waits until it says that it is ready. @returns its id @throws SandboxError */
async function ready(processes: ChildProcess[], command: string, args: string[]): Promise<number> {
  const child = spawn(command, args, { detached: true, stdio: ["pipe", "pipe", "pipe"] });
  processes.push(child);
  child.stdin.on("error", () => undefined);
  return new Promise((resolve, reject) => {
    let said = "";
    const limit = setTimeout(() => reject(new SandboxError("the system took too long to make a network")), patienceMs);
    child.stderr.on("data", (data: Buffer) => (said += data.toString("utf8")));
    child.stdout.once("data", () => {
      clearTimeout(limit);
      resolve(child.pid!);
    });
    child.once("error", (error) => reject(new SandboxError(error.message, { cause: error })));
    child.once("exit", () => {
      clearTimeout(limit);
      reject(new SandboxError(`no private network: ${said.trim().split("\n")[0] ?? ""}`));
    });
  });
}

/** The agent's side: forwards connections from the socket to the service. */
async function serve(
  { socket, host, port }: { socket: string; host: string; port: number },
  onConnection: () => void,
): Promise<Server> {
  const server = createServer({ allowHalfOpen: true }, (inside) => {
    onConnection();
    const outside = connect({ host, port, allowHalfOpen: true });
    inside.on("error", () => outside.destroy());
    // If the service refuses a connection, the test's connection ends at once.
    outside.on("error", () => inside.destroy());
    inside.pipe(outside).pipe(inside);
  });
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen(socket, resolve);
  });
  return server;
}
