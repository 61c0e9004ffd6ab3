import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { createServer, type Server } from "node:net";
import { fileURLToPath } from "node:url";
import { runProcess } from "../../workers/process/environment.js";
import { type GuardSettings, guardVariable } from "./guard-settings.js";

const inside = fileURLToPath(new URL("./inside.js", import.meta.url));

/**
 * Runs a server that trusts every client in a network that no other process reaches. This process listens where the grid's
 * processes connect. It passes each connection to a process inside that network, which lets in only clients with a certificate
 * or the token.
 */
runProcess("temporal", async (log) => {
  const order = JSON.parse(process.env[guardVariable] ?? "") as GuardSettings;
  const { entry, isClosed } = findNetworkNamespace();
  if (!isClosed)
    log.warn(
      "this system gives no network namespaces: other processes of this machine can reach the server behind the guard",
    );
  const [command, ...args] = [...entry, process.execPath, inside];
  const child = spawn(command, args, {
    stdio: ["ignore", "inherit", "inherit", "ipc"],
    env: { PATH: process.env["PATH"], [guardVariable]: JSON.stringify(order) },
  });
  const ended = new Promise<number | null>((resolve, reject) => child.once("error", reject).once("exit", resolve));
  for (const signal of ["SIGTERM", "SIGINT"] as const) process.on(signal, () => child.kill(signal));
  // The ports open only when the server is ready, because clients that wait for it must be refused until then.
  await Promise.race([new Promise((resolve) => child.once("message", resolve)), ended]);
  const doors = await Promise.all([open(child, "grpc", order.grpc.outside), open(child, "page", order.page.outside)]);
  const code = await ended;
  for (const door of doors) door.close();
  if (code !== 0) process.exit(code ?? 1);
});

function findNetworkNamespace(): { entry: string[]; isClosed: boolean } {
  const up = ["/bin/sh", "-c", 'ip link set lo up && exec "$@"', "sh"];
  for (const how of [
    ["unshare", "--net"],
    ["unshare", "--user", "--map-root-user", "--net"],
  ]) {
    const entry = [...how, ...up];
    if (spawnSync(entry[0]!, [...entry.slice(1), "true"], { stdio: "ignore" }).status === 0)
      return { entry, isClosed: true };
  }
  return { entry: [], isClosed: false };
}

/** Listens outside, and passes each connection to the process inside. */
async function open(child: ChildProcess, name: string, port: number): Promise<Server> {
  const server = createServer({ pauseOnConnect: true, noDelay: true }, (socket) => {
    socket.on("error", () => undefined);
    child.send({ door: name }, socket, {}, (error) => error === null || socket.destroy());
  });
  await new Promise<void>((resolve, reject) => server.once("error", reject).listen(port, "127.0.0.1", resolve));
  return server;
}
