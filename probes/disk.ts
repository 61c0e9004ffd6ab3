import { statfs } from "node:fs/promises";
import { reasonOf } from "./reason.js";

/** Succeeds if the disk of a path has at least these bytes and inodes free. @throws Error with the figures */
export async function probeDisk(path: string, freeBytes: number, freeInodes: number): Promise<string> {
  const { bavail, bsize, ffree, files } = await statfs(path).catch((error: unknown) => {
    throw new Error(`${path}: ${reasonOf(error)}`);
  });
  const free = bavail * bsize;
  const said = `${path} has ${Math.round(free / 2 ** 20)} MiB and ${ffree} inodes free`;
  // Some file systems do not count inodes.
  if (free >= freeBytes && (files === 0 || ffree >= freeInodes)) return said;
  throw new Error(`${said}; it needs ${Math.round(freeBytes / 2 ** 20)} MiB and ${freeInodes}`);
}
