import { type AddressInfo, createServer, type Server, type Socket } from "node:net";

/** Two attempts of one job that ran at the same time. */
export interface Overlap {
  jobId: string;
  why: string;
}

/**
 * Knows which attempts run: each test holds a connection for as long as one of its processes lives, whatever happens to
 * its agent. The kernel closes it.
 */
export class Presence {
  readonly overlaps: Overlap[] = [];
  readonly #present = new Map<string, Set<string>>();
  readonly #sockets = new Set<Socket>();
  #server: Server | undefined;
  /** Host and port. */
  address = "";

  async start(): Promise<this> {
    const server = createServer((socket) => this.#welcome(socket));
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    this.address = `127.0.0.1 ${(server.address() as AddressInfo).port}`;
    this.#server = server;
    return this;
  }

  stop(): void {
    for (const socket of this.#sockets) socket.destroy();
    this.#server?.close();
  }

  #welcome(socket: Socket): void {
    let [line, jobId, attempt] = ["", "", ""];
    this.#sockets.add(socket);
    socket.on("data", (piece) => {
      if (jobId !== "") return;
      line += piece.toString("utf8");
      if (!line.includes("\n")) return;
      [jobId = "", attempt = ""] = line.trim().split(" ");
      this.#come(jobId, attempt);
    });
    socket.on("error", () => undefined);
    socket.on("close", () => {
      this.#sockets.delete(socket);
      this.#present.get(jobId)?.delete(attempt);
    });
  }

  #come(jobId: string, attempt: string): void {
    const attempts = this.#present.get(jobId) ?? new Set<string>();
    this.#present.set(jobId, attempts);
    for (const other of attempts)
      if (other !== attempt)
        this.overlaps.push({
          jobId,
          why: `attempt ${attempt} began at ${new Date().toISOString()} while ${other} still ran`,
        });
    attempts.add(attempt);
  }
}
