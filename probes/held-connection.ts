import type { Socket } from "node:net";
import { openConnection } from "./connection.js";
import { reasonOf } from "./reason.js";
import { wasLate } from "./stall.js";

/** A connection that lasts less than this counts as closed at once. */
const atOnceMs = 500;
/** A service that once kept a connection for this long counts as one that keeps connections. */
const keptMs = 2_000;

/**
 * Holds one connection to a service open, to notice a restart between two probes.
 * - A reset is a problem.
 * - A normal close (FIN) may come from a server that closes idle connections, or from one that stops. So a new
 *   connection is tried once, at once. If it fails, that is a problem. If it is accepted, it is kept open instead.
 * - A service that kept connections before and closes the new one at once is a problem: a proxy without a backend.
 */
export class HeldConnection {
  readonly #address: string;
  readonly #timeoutMs: number;
  readonly #onTrouble: (detail: string) => void;
  #socket: Socket | undefined;
  #longestMs = 0;
  #isClosed = false;

  /** @param address `<host>:<port>` */
  constructor(address: string, timeoutMs: number, onTrouble: (detail: string) => void) {
    this.#address = address;
    this.#timeoutMs = timeoutMs;
    this.#onTrouble = onTrouble;
  }

  /** Opens the connection if there is none. A refused connection is a problem, the first time too. */
  hold(): void {
    if (this.#socket === undefined && !this.#isClosed)
      this.#open((refusal) => this.#onTrouble(`${this.#address}: ${refusal}`));
  }

  close(): void {
    this.#isClosed = true;
    this.#socket?.destroy();
  }

  #open(onRefusal: (reason: string) => void): void {
    let heldSince: number | undefined;
    const began = performance.now();
    const socket = openConnection(this.#address, this.#timeoutMs, () => {
      heldSince = performance.now();
      socket.setTimeout(0);
      // The data does not matter, but the end of the connection shows only after all data is read.
      socket.resume();
    });
    this.#socket = socket;
    let reason: string | undefined;
    socket.on("error", (error) => (reason = reasonOf(error)));
    socket.on("close", () => {
      if (this.#socket === socket) this.#socket = undefined;
      if (this.#isClosed) return;
      // If this process was not scheduled, the result says nothing about the service. The next check tries again.
      if (heldSince !== undefined) this.#ended(performance.now() - heldSince, reason);
      else if (!wasLate(began)) onRefusal(reason ?? "closed");
    });
  }

  /** An open connection ended. @param reason why; undefined if the service closed it normally */
  #ended(ageMs: number, reason: string | undefined): void {
    const wasKept = this.#longestMs >= keptMs;
    this.#longestMs = Math.max(this.#longestMs, ageMs);
    const held = `${this.#address}: the open connection ended after ${(ageMs / 1_000).toFixed(1)} s`;
    if (reason !== undefined) this.#onTrouble(`${held}: ${reason}`);
    else if (ageMs >= atOnceMs) this.#open((refusal) => this.#onTrouble(`${held}, and a new one: ${refusal}`));
    // Otherwise the next check opens one. A service that never keeps connections is not retried faster than that.
    else if (wasKept) this.#onTrouble(`${held}, where others were kept`);
  }
}
