import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";

const program = `
require("node:net").createServer((socket) => socket.on("error", () => undefined)).listen(Number(process.argv[1]), "127.0.0.1", function () {
  process.stdout.write(String(this.address().port));
});`;

/** A service in a process of its own, so that it can be killed as real ones are. */
export class ServerProcess {
  #process: ChildProcess | undefined;
  port = 0;

  async start(): Promise<this> {
    const server = spawn(process.execPath, ["-e", program, String(this.port)], {
      stdio: ["ignore", "pipe", "inherit"],
    });
    this.#process = server;
    const [said] = (await once(server.stdout, "data")) as [Buffer];
    this.port = Number(said.toString());
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
