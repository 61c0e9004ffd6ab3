import { closeSync, openSync, readSync, rmSync, writeSync } from "node:fs";

/** How much output is kept on disk until the test has ended, if it does not fit into the log. */
const spoolBytes = 256 * 2 ** 20;
const pieceBytes = 2 ** 20;
const wordsSought = 5;

/**
 * Keeps the last part of a long output in a ring file. If the disk is full, only the content of this file is lost.
 */
export class LogSpool {
  readonly #path: string;
  #file: number | undefined;
  #written = 0;
  #lost = 0;

  constructor(path: string) {
    this.#path = path;
  }

  /** How many bytes were written, including overwritten ones. */
  get written(): number {
    return this.#written;
  }

  /** How many bytes are lost because a write failed: everything in the file, and all that came later. */
  get lost(): number {
    return this.#lost;
  }

  /** The position of the first byte that is still in the file. */
  get start(): number {
    return Math.max(0, this.#written - spoolBytes);
  }

  write(data: Buffer): void {
    if (this.#lost > 0) {
      this.#lost += data.length;
      return;
    }
    try {
      this.#file ??= openSync(this.#path, "w+", 0o600);
      for (let done = 0; done < data.length;) {
        const at = (this.#written + done) % spoolBytes;
        done += writeSync(this.#file, data, done, Math.min(data.length - done, spoolBytes - at), at);
      }
      this.#written += data.length;
    } catch {
      this.#lost = this.#written + data.length;
      this.close();
    }
  }

  /** The bytes from `from` up to, but not including, `to`. */
  read(from: number, to: number): Buffer {
    const file = this.#file;
    if (file === undefined || to <= from) return Buffer.alloc(0);
    const buffer = Buffer.alloc(to - from);
    for (let done = 0; done < buffer.length;) {
      const at = (from + done) % spoolBytes;
      const length = Math.min(buffer.length - done, spoolBytes - at);
      const read = readSync(file, buffer, done, length, at);
      if (read === 0) return buffer.subarray(0, done);
      done += read;
    }
    return buffer;
  }

  /** The position of the first match of the first few words; undefined if there is none. Lets other work run in between. */
  async find(words: readonly string[]): Promise<number | undefined> {
    const wanted = words
      .filter((word) => word.length > 2)
      .slice(0, wordsSought)
      .map((word) => Buffer.from(word));
    const overlap = Math.max(0, ...wanted.map((word) => word.length));
    for (let from = this.start; wanted.length > 0 && from < this.#written; from += pieceBytes) {
      const piece = this.read(from, Math.min(this.#written, from + pieceBytes + overlap));
      const places = wanted.map((word) => piece.indexOf(word)).filter((place) => place >= 0);
      if (places.length > 0) return from + Math.min(...places);
      await new Promise((resolve) => setImmediate(resolve));
    }
    return undefined;
  }

  close(): void {
    if (this.#file === undefined) return;
    closeSync(this.#file);
    this.#file = undefined;
    this.#written = 0;
    rmSync(this.#path, { force: true });
  }
}
