import { spawnSync } from "node:child_process";
import { existsSync, rmSync, statfsSync } from "node:fs";
import { join } from "node:path";

const reserveBytes = 64 * 2 ** 20;
/** With less free space, the reserve is given up. A log, a table and a restart of the database need this much at once. */
const leastBytes = 16 * 2 ** 20;
/** With more free space than this, the reserve is set aside again. */
const plentyBytes = 8 * reserveBytes;

/**
 * Reserved space on the disk of the data folder. It is given up when the disk is full, so that the grid can continue and
 * report it. It is set aside again when there is enough space.
 */
export class SpaceReserve {
  readonly #data: string;
  readonly #file: string;
  readonly #announce: (line: string) => void;

  #isPossible = true;

  constructor(data: string, announce: (line: string) => void) {
    this.#data = data;
    this.#file = join(data, "reserve");
    this.#announce = announce;
  }

  /** Gives the reserve up, or sets it aside, whichever is due. It never throws. */
  look(): void {
    try {
      const { bavail, bsize } = statfsSync(this.#data);
      const free = bavail * bsize;
      if (free < leastBytes && existsSync(this.#file)) {
        rmSync(this.#file, { force: true });
        this.#announce(`the disk of ${this.#data} is full; its reserve of 64 MiB is in use now`);
      } else if (this.#isPossible && free > plentyBytes && !existsSync(this.#file)) this.#setAside();
    } catch {
      // If the disk does not answer, the processes that write to it report that.
    }
  }

  /** Without `fallocate`, or on a file system that does not support it, there is no reserve. */
  #setAside(): void {
    const made = spawnSync("fallocate", ["--length", String(reserveBytes), this.#file], { timeout: 5_000 });
    this.#isPossible = made.status === 0;
    if (!this.#isPossible) rmSync(this.#file, { force: true });
  }
}
