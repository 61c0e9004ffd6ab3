import type { Socket } from "node:net";
import { openConnection } from "./connection.js";
import { reasonOf } from "./reason.js";
import { wasLate } from "./stall.js";

/** A connection that lived shorter than this was closed at once. */
const atOnceMs = 500;
/** A service that once kept a connection for so long is one that keeps connections. */
const keptMs = 2_000;

/**
 * One connection to a service that is held open, so that a restart between two probes is seen.
 * - A reset is trouble.
 * - A close in good order (FIN) may be a server that is tired of idle clients, or one that ends: a new connection is
 *   tried at once. Refused or unanswered, it is trouble, without repeats; accepted, all is well and it is held instead.
 * - A service that used to keep connections and closes the new one at once is trouble: a proxy with nothing behind it.
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

  /** Opens the connection unless there is one. That it is refused is trouble, the first time as well. */
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
      // What it says does not matter, but its end is seen only when all has been read.
      socket.resume();
    });
    this.#socket = socket;
    let reason: string | undefined;
    socket.on("error", (error) => (reason = reasonOf(error)));
    socket.on("close", () => {
      if (this.#socket === socket) this.#socket = undefined;
      if (this.#isClosed) return;
      // A process that did not get to run says nothing of the service; it is tried again at the next look.
      if (heldSince !== undefined) this.#ended(performance.now() - heldSince, reason);
      else if (!wasLate(began)) onRefusal(reason ?? "closed");
    });
  }

  /** A connection that stood is gone. @param reason why; undefined where the service closed it in good order */
  #ended(ageMs: number, reason: string | undefined): void {
    const wasKept = this.#longestMs >= keptMs;
    this.#longestMs = Math.max(this.#longestMs, ageMs);
    const held = `${this.#address}: the open connection ended after ${(ageMs / 1_000).toFixed(1)} s`;
    if (reason !== undefined) this.#onTrouble(`${held}: ${reason}`);
    else if (ageMs >= atOnceMs) this.#open((refusal) => this.#onTrouble(`${held}, and a new one: ${refusal}`));
    // Else the next look opens one: a service that never keeps any is not asked faster than that.
    else if (wasKept) this.#onTrouble(`${held}, where others were kept`);
  }
}
