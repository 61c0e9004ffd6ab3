import { readFileSync, renameSync, writeFileSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import { join } from "node:path";
import { killGroup, startOf } from "../probes/process-group.js";

/** A process. Its id and the kernel's time of its start identify it for good. */
export interface ProcessEntry {
  name: string;
  pid: number;
  started: string | null;
}

const tableIn = (data: string) => join(data, "processes.json");

export function writeTable(data: string, entries: readonly ProcessEntry[]): void {
  writeFileSync(`${tableIn(data)}.tmp`, JSON.stringify(entries, null, 2));
  renameSync(`${tableIn(data)}.tmp`, tableIn(data));
}

export function readTable(data: string): ProcessEntry[] {
  try {
    return JSON.parse(readFileSync(tableIn(data), "utf8")) as ProcessEntry[];
  } catch {
    return [];
  }
}

/** Whether exactly this process still lives; a zombie does not. */
export function isAlive({ pid, started }: ProcessEntry): boolean {
  try {
    process.kill(pid, 0);
  } catch {
    return false;
  }
  return started === null || startOf(pid) === started;
}

/** Ends processes that an earlier supervisor left behind, after 8 s by force. Returns their names. */
export async function endLeftovers(data: string): Promise<string[]> {
  const left = readTable(data).filter((entry) => entry.name !== "supervisor" && isAlive(entry));
  for (const { name, pid } of left) killGroup(pid, name === "postgres" ? "SIGINT" : "SIGTERM");
  const deadline = Date.now() + 8_000;
  while (left.some(isAlive) && Date.now() < deadline) await sleep(100);
  for (const entry of left.filter(isAlive)) killGroup(entry.pid);
  while (left.some(isAlive)) await sleep(50);
  return left.map(({ name }) => name);
}
