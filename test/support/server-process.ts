import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { freePort } from "../../grid/ports.js";

const program = `
require("node:net").createServer((socket) => socket.on("error", () => undefined))
  .listen(Number(process.argv[1]), "127.0.0.1", () => process.stdout.write("listens"));`;

/** A service in a process of its own, so that it can be killed like a real one. */
export class ServerProcess {
  #process: ChildProcess | undefined;
  port = 0;

  async start(): Promise<this> {
    this.port ||= await freePort();
    const server = spawn(process.execPath, ["-e", program, String(this.port)], {
      stdio: ["ignore", "pipe", "inherit"],
    });
    this.#process = server;
    await once(server.stdout, "data");
    return this;
  }

  async kill(): Promise<void> {
    const server = this.#process;
    if (server === undefined) return;
    this.#process = undefined;
    const ended = once(server, "exit");
    server.kill("SIGKILL");
    await ended;
  }
}
