import { copyFileSync, rmSync, statSync, truncateSync } from "node:fs";

/** A log that is larger than this begins again. Its old content stays in a second file. */
const mostBytes = 64 * 2 ** 20;

/** Begins a log again that has grown too large. Processes can keep writing to it, because they append. */
export function rotate(file: string): void {
  if ((statSync(file, { throwIfNoEntry: false })?.size ?? 0) <= mostBytes) return;
  try {
    copyFileSync(file, `${file}.1`);
  } catch {
    // A full disk has no space for a copy, and the next lines need space too.
    rmSync(`${file}.1`, { force: true });
  }
  truncateSync(file);
}
