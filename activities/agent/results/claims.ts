import { z } from "zod";
import type { Claim } from "../../../domain/verdict/attempt.js";
import { claimFile, readNotes } from "./notes.js";

const mostClaims = 10;

const line = z.object({
  service: z.string().min(1).max(200).nullable(),
  message: z.string().transform((text) => text.slice(0, 2_000)),
});

/** The errors that the test library has recorded, each once. Other lines of the file are ignored. */
export async function readClaims(folder: string): Promise<Claim[]> {
  const claims = new Map<string, Claim>();
  for (const note of await readNotes(folder, claimFile)) {
    const { data: claim } = line.safeParse(note);
    if (claim !== undefined && claims.size < mostClaims) claims.set(JSON.stringify(claim), claim);
  }
  return [...claims.values()];
}
