import { createInterface } from "node:readline";
import { type AddressInfo, createServer, type Server, type Socket } from "node:net";

/** Two attempts of one job that ran at the same time. */
export interface Overlap {
  jobId: string;
  why: string;
}

/**
 * How often a test must report after the next attempt has begun before it counts as an overlap. A machine that was frozen as a
 * whole may continue for a moment.
 */
const wordsOfOverlap = 3;

/**
 * Knows which attempts run. Each test reports over a connection five times a second, whatever happens to its agent. An attempt
 * overlaps with an earlier one that still reports.
 */
export class Presence {
  readonly overlaps: Overlap[] = [];
  /** The latest attempt of each job, and how often older attempts reported after it began. */
  readonly #latest = new Map<string, { attempt: number; at: string; words: Map<number, number> }>();
  readonly #sockets = new Set<Socket>();
  #server: Server | undefined;
  /** Host and port. */
  address = "";

  async start(): Promise<this> {
    const server = createServer((socket) => this.#accept(socket));
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    this.address = `127.0.0.1 ${(server.address() as AddressInfo).port}`;
    this.#server = server;
    return this;
  }

  stop(): void {
    for (const socket of this.#sockets) socket.destroy();
    this.#server?.close();
  }

  #accept(socket: Socket): void {
    let [jobId, attempt] = ["", 0];
    this.#sockets.add(socket);
    createInterface({ input: socket }).on("line", (line) => {
      if (jobId === "") {
        jobId = line.split(" ")[0] ?? "";
        attempt = Number(line.split(" ")[1]);
        this.#begin(jobId, attempt);
      } else this.#countReport(jobId, attempt);
    });
    socket.on("error", () => undefined);
    socket.on("close", () => this.#sockets.delete(socket));
  }

  #begin(jobId: string, attempt: number): void {
    const known = this.#latest.get(jobId);
    if (known !== undefined && known.attempt >= attempt) return;
    this.#latest.set(jobId, { attempt, at: new Date().toISOString(), words: new Map() });
  }

  #countReport(jobId: string, attempt: number): void {
    const latest = this.#latest.get(jobId);
    if (latest === undefined || latest.attempt <= attempt) return;
    const words = (latest.words.get(attempt) ?? 0) + 1;
    latest.words.set(attempt, words);
    if (words !== wordsOfOverlap) return;
    this.overlaps.push({ jobId, why: `attempt ${attempt} still ran when ${latest.attempt} had begun at ${latest.at}` });
  }
}
