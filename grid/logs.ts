import { copyFileSync, rmSync, statSync, truncateSync } from "node:fs";

/** A log that is larger than this begins again; the one before it stays beside it. */
const mostBytes = 64 * 2 ** 20;

/** Begins a log again that has grown too large. Processes go on writing to it: they append. */
export function rotate(file: string): void {
  if ((statSync(file, { throwIfNoEntry: false })?.size ?? 0) <= mostBytes) return;
  try {
    copyFileSync(file, `${file}.1`);
  } catch {
    // A full disk has no room for a copy, and none for what comes next.
    rmSync(`${file}.1`, { force: true });
  }
  truncateSync(file);
}
