import { realpath } from "node:fs/promises";
import { removeTree } from "../attempt/remove-tree.js";
import { openInside } from "./found-files.js";

/** The files in which the test library notes infrastructure errors, used services and versions; one JSON object per line. */
export const claimFile = "holdfast-claims.jsonl";
export const useFile = "holdfast-use.jsonl";
export const versionsFile = "holdfast-versions.jsonl";
const noteFiles = [claimFile, useFile, versionsFile];

const mostBytes = 64 * 1024;

/** Reads what the test library has noted in a file, one JSON value per line. Other lines are left out. */
export async function readNotes(folder: string, name: string): Promise<unknown[]> {
  const file = await openInside(await realpath(folder).catch(() => folder), name);
  if (file === undefined) return [];
  try {
    const { buffer, bytesRead } = await file.read(Buffer.alloc(mostBytes), 0, mostBytes, 0);
    return buffer.toString("utf8", 0, bytesRead).split("\n").flatMap(parseLine);
  } finally {
    await file.close();
  }
}

/** Removes notes that do not belong to the test: those of its preparation and build. */
export async function forgetNotes(folder: string): Promise<void> {
  for (const name of noteFiles) await removeTree(`${folder}/${name}`);
}

function parseLine(text: string): unknown[] {
  try {
    return [JSON.parse(text)];
  } catch {
    return [];
  }
}
