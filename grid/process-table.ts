import { readFileSync, renameSync, writeFileSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import { join } from "node:path";
import { inStopOrder } from "./stop-order.js";
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

const patienceMs = 8_000;

/** Ends processes that an earlier supervisor left behind: each group in order, after 8 s by force. Returns their names. */
export async function endLeftovers(data: string): Promise<string[]> {
  const left = readTable(data).filter((entry) => entry.name !== "supervisor" && isAlive(entry));
  const names = left.map(({ name }) => name);
  for (const group of inStopOrder(names)) await endAll(left.filter(({ name }) => group.includes(name)));
  return names;
}

async function endAll(processes: readonly ProcessEntry[]): Promise<void> {
  for (const { name, pid } of processes) killGroup(pid, name === "postgres" ? "SIGINT" : "SIGTERM");
  const deadline = Date.now() + patienceMs;
  while (processes.some(isAlive) && Date.now() < deadline) await sleep(100);
  for (const entry of processes.filter(isAlive)) killGroup(entry.pid);
  while (processes.some(isAlive)) await sleep(50);
}
