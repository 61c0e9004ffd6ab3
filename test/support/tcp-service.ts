import { createServer, type Server, type Socket } from "node:net";
import { freePort } from "../../grid/ports.js";

/** A service that accepts connections. It keeps its port when it is stopped and started. */
export class TcpService {
  #server: Server | undefined;
  readonly #sockets = new Set<Socket>();
  port = 0;

  get isUp(): boolean {
    return this.#server !== undefined;
  }

  async start(): Promise<this> {
    const server = createServer((socket) => {
      this.#sockets.add(socket);
      socket.on("close", () => this.#sockets.delete(socket));
      socket.on("error", () => undefined);
    });
    this.port ||= await freePort();
    await new Promise<void>((resolve, reject) => {
      server.once("error", reject);
      server.listen(this.port, "127.0.0.1", resolve);
    });
    this.#server = server;
    return this;
  }

  async stop(): Promise<void> {
    const server = this.#server;
    this.#server = undefined;
    if (server === undefined) return;
    for (const socket of this.#sockets) socket.destroy();
    await new Promise((resolve) => server.close(resolve));
  }
}
