import { mkdir } from "node:fs/promises";
import { Unpack } from "tar";

/** Unpacks a checked source into a folder, which is made if need be. */
export async function unpack(content: Buffer, folder: string): Promise<void> {
  await mkdir(folder, { recursive: true });
  await new Promise<void>((resolve, reject) => {
    const extraction = new Unpack({ cwd: folder, strict: true, preserveOwner: false });
    extraction.on("close", () => resolve());
    extraction.on("error", reject);
    extraction.end(content);
  });
}
