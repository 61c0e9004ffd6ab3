import { removeTree } from "../attempt/remove-tree.js";
import { z } from "zod";
import type { Claim } from "../../../domain/verdict/attempt.js";
import { realpath } from "node:fs/promises";
import { openInside } from "./found-files.js";

/** The file in which the test library records infrastructure errors, one JSON object per line. */
export const claimFile = "holdfast-claims.jsonl";
const mostClaims = 10;
const mostBytes = 64 * 1024;

const line = z.object({
  service: z.string().min(1).max(200).nullable(),
  message: z.string().transform((text) => text.slice(0, 2_000)),
});

/** The errors that the test library has recorded, each once. A file with other content is no claim. */
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

/** Errors during preparation and build do not belong to the test. */
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
