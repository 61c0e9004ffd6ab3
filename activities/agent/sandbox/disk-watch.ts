import { execFile } from "node:child_process";
import { statfsSync } from "node:fs";
import { promisify } from "node:util";

const execute = promisify(execFile);
const lookMs = 1_000;
/** Folders are measured at least this often, even if the file system hardly grows. */
const measureMs = 30_000;
/** If the file system has grown by this share of the limit, the folder is measured. */
const growth = 1 / 50;

/**
 * Checks once a second whether a folder exceeds its limit, and reports it once. Reading the use of the whole file system costs
 * almost nothing, so the folder itself is measured only if that use grows, or if the last measurement is too old.
 * @returns a function that ends the watch
 */
export function watchDisk(folder: string, limitBytes: number, onOver: (bytes: number) => void): () => void {
  let [measuredAt, usedThen] = [performance.now(), usedOn(folder)];
  let isBusy = false;
  let isOver = false;

  async function look(): Promise<void> {
    const used = usedOn(folder);
    const isQuiet = used - usedThen < limitBytes * growth && performance.now() - measuredAt < measureMs;
    if (isQuiet) return;
    const bytes = await sizeOf(folder);
    [measuredAt, usedThen] = [performance.now(), used];
    if (bytes > limitBytes && !isOver) {
      isOver = true;
      onOver(bytes);
    }
  }

  const round = () => {
    if (isBusy || isOver) return;
    isBusy = true;
    // A measurement may fail, for example while the folder is being removed. The next round repeats it.
    look()
      .catch(() => undefined)
      .finally(() => (isBusy = false));
  };
  const timer = setInterval(round, lookMs);
  return () => {
    isOver = true;
    clearInterval(timer);
  };
}

function usedOn(folder: string): number {
  const { blocks, bfree, bsize } = statfsSync(folder);
  return (blocks - bfree) * bsize;
}

/** The bytes that a folder takes on its file system. If files disappear while du runs, it fails but still prints the sum. */
async function sizeOf(folder: string): Promise<number> {
  const said = await execute("du", ["-skx", folder], { timeout: 60_000 }).catch((error: { stdout?: string }) => ({
    stdout: error.stdout ?? "",
  }));
  return Number.parseInt(said.stdout, 10) * 1_024;
}
