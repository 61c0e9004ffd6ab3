import { closeSync, openSync, rmSync, statfsSync, writeSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { machineNames } from "../grid-file.js";
import { assertFelt, type Fault } from "./fault.js";

const piece = Buffer.alloc(2 ** 20, 1);
const crumb = Buffer.alloc(4_096, 1);

/** The small disk of a machine runs full, and stays full for a while. */
export const diskFull: Fault = {
  name: "disk-full",
  needsRoot: true,
  prone: "writes",
  strikes: "during",
  times: 3,
  through: "upload",
  lane: "machines",
  async strike({ grid }, random, felt) {
    const machine = random.pick(machineNames);
    // Mounted where only the grid sees it.
    const disk = join(`/proc/${grid.pidOf("supervisor")}/root`, grid.data, "agents", machine);
    const filler = join(disk, "filler");
    const file = openSync(filler, "w");
    try {
      fill(file);
      const { bavail, blocks, bsize } = statfsSync(disk);
      const size = `${Math.round((blocks * bsize) / 2 ** 20)} MiB`;
      assertFelt(bavail === 0 && blocks * bsize < 2 ** 30 ? size : undefined, `a full disk of ${machine}`);
      felt();
      for (const end = Date.now() + random.between(3_000, 7_000); Date.now() < end; await sleep(100)) fill(file);
      return `${machine}: 0 of ${size} free`;
    } finally {
      closeSync(file);
      rmSync(filler, { force: true });
    }
  },
};

/** Writes until nothing more fits. */
function fill(file: number): void {
  for (const part of [piece, crumb]) {
    try {
      while (writeSync(file, part) > 0);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== "ENOSPC") throw error;
    }
  }
}
