import { closeSync, openSync, rmSync, statfsSync, writeSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { machineNames } from "../grid-file.js";
import { until } from "../wait-until.js";
import { assertEffect, type Fault } from "./fault.js";

const piece = Buffer.alloc(2 ** 20, 1);
const crumb = Buffer.alloc(4_096, 1);

/** The small disk of a machine fills up and stays full for a while. */
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
    // The disk is mounted where only the grid sees it.
    const disk = join(`/proc/${grid.pidOf("supervisor")}/root`, grid.data, "agents", machine);
    return keepFull(disk, machine, random.between(3_000, 7_000), felt);
  },
};

/** The disk with the database, the logs and all other data of the grid fills up. The grid continues when there is space. */
export const dataFolderFull: Fault = {
  name: "data-folder-full",
  needsRoot: true,
  prone: null,
  strikes: "during",
  times: 3,
  through: "upload",
  lane: "world",
  async strike({ grid }, random, felt) {
    const seen = await keepFull(grid.data, "the grid", random.between(3_000, 7_000), felt);
    await until("the database to answer", 60_000, async () =>
      (await grid.query("select 1")).length > 0 ? true : undefined,
    );
    return seen;
  },
};

/** Keeps a small disk full for a while, even if something on it is freed. */
async function keepFull(disk: string, owner: string, ms: number, felt: () => void): Promise<string> {
  const filler = join(disk, "filler");
  const file = openSync(filler, "w");
  try {
    fill(file);
    const { bavail, blocks, bsize } = statfsSync(disk);
    const size = `${Math.round((blocks * bsize) / 2 ** 20)} MiB`;
    assertEffect(bavail === 0 && blocks * bsize < 2 ** 32 ? size : undefined, `a full disk of ${owner}`);
    felt();
    for (const end = Date.now() + ms; Date.now() < end; await sleep(100)) fill(file);
    return `${owner}: 0 of ${size} free`;
  } finally {
    closeSync(file);
    rmSync(filler, { force: true });
  }
}

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
