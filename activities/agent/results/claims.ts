import { removeTree } from "../attempt/remove-tree.js";
import { z } from "zod";
import type { Claim } from "../../../domain/verdict/attempt.js";
import { realpath } from "node:fs/promises";
import { openInside } from "./found-files.js";

/** The file in which the test library notes its infrastructure errors, one JSON object a line. */
export const claimFile = "holdfast-claims.jsonl";
const mostClaims = 10;
const mostBytes = 64 * 1024;

const line = z.object({
  service: z.string().min(1).max(200).nullable(),
  message: z.string().transform((text) => text.slice(0, 2_000)),
});

/** What the test library has noted, each once. A file that says something else is no claim. */
export async function readClaims(folder: string): Promise<Claim[]> {
  const file = await openInside(await realpath(folder).catch(() => folder), claimFile);
  if (file === undefined) return [];
  try {
    const { buffer, bytesRead } = await file.read(Buffer.alloc(mostBytes), 0, mostBytes, 0);
    const claims = new Map<string, Claim>();
    for (const text of buffer.toString("utf8", 0, bytesRead).split("\n")) {
      const claim = parseLine(text);
      if (claim !== undefined && claims.size < mostClaims) claims.set(JSON.stringify(claim), claim);
    }
    return [...claims.values()];
  } finally {
    await file.close();
  }
}

/** What was noted while preparing and building is not the test's. */
export async function forgetClaims(folder: string): Promise<void> {
  await removeTree(`${folder}/${claimFile}`);
}

function parseLine(text: string): Claim | undefined {
  try {
    return line.parse(JSON.parse(text));
  } catch {
    return undefined;
  }
}
