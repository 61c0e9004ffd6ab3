import { existsSync, mkdirSync, readdirSync, readFileSync, rmdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import type { AttemptLimits } from "../../../domain/jobs/attempt-limits.js";
import { countOf } from "./cgroup-files.js";
import type { GroupPlace, Capability } from "./cgroup-places.js";

const mark = "holdfast-";
const patienceMs = 10_000;

/** SIGKILL does not end some processes, for example because a disk or a mount hangs. */
export class UnkillableError extends Error {
  override name = "UnkillableError";
}

export interface LimitCounters {
  /** Processes that were OOM-killed, because of the machine's memory or because of the limit. */
  kills: number;
  /** How many of them, at most, were killed because of the limit. */
  byLimit: number;
  /** Processes that the process limit refused. */
  refusals: number;
}

const noKills = { kills: 0, byLimit: 0 };

/** The control groups of one slot of an agent, in as many hierarchies as the machine has: version 1, 2 or both. */
export class ControlGroup {
  readonly #places: readonly GroupPlace[];
  readonly #name: string;

  /** Makes the groups that do not exist yet. @throws Error if the system refuses */
  constructor(places: readonly GroupPlace[], name: string) {
    this.#places = places;
    this.#name = `${mark}${name}`;
    for (const place of places) mkdirSync(join(place.folder, this.#name), { recursive: true });
  }

  /** Files to which a process writes 0 to enter. */
  entrances(): string[] {
    return this.#places.map(({ folder }) => join(folder, this.#name, "cgroup.procs"));
  }

  limit({ memoryBytes, processes }: Pick<AttemptLimits, "memoryBytes" | "processes">): void {
    this.#write("pids", "pids.max", String(processes));
    const memory = this.#place("memory");
    if (memory?.version === 2) {
      this.#write("memory", "memory.max", String(memoryBytes));
      this.#tryWrite("memory", "memory.swap.max", "0");
    } else if (memory?.version === 1) {
      // The limit with swap may never be below the one without.
      this.#tryWrite("memory", "memory.memsw.limit_in_bytes", "-1");
      this.#write("memory", "memory.limit_in_bytes", String(memoryBytes));
      // It is slightly higher than the one without swap, because only that one counts how often it was reached.
      this.#tryWrite("memory", "memory.memsw.limit_in_bytes", String(memoryBytes + 2 ** 20));
    }
  }

  /** How often its limits were exceeded since it was made. */
  readCounters(): LimitCounters {
    const place = this.#place("memory");
    const refusals = countOf(this.#read("pids", "pids.events"), "max");
    return { ...(place === undefined ? noKills : memoryHits(place, this.#name)), refusals };
  }

  /** Ends all processes in the group, even detached ones, and waits until they are gone. @throws UnkillableError */
  async end(): Promise<void> {
    if (this.#members().length === 0) return;
    const processes = this.#read("pids", "pids.max").trim();
    // From now on no process in the group can fork, so that no new ones appear.
    this.#tryWrite("pids", "pids.max", "0");
    const deadline = Date.now() + patienceMs;
    for (let members = this.#members(); members.length > 0; members = this.#members()) {
      if (Date.now() > deadline) throw new UnkillableError(`cannot be killed: ${members.join(", ")}`);
      if (!this.#tryWrite("kill", "cgroup.kill", "1")) for (const pid of members) kill(pid);
      await sleep(2);
    }
    this.#tryWrite("pids", "pids.max", processes);
  }

  remove(): void {
    for (const { folder } of this.#places) removeFolder(join(folder, this.#name));
  }

  #members(): number[] {
    const files = this.#places.map(({ folder }) => readIfThere(join(folder, this.#name, "cgroup.procs")));
    return [...new Set(files.join("\n").split("\n").filter(Boolean).map(Number))];
  }

  #place(power: Capability): GroupPlace | undefined {
    return this.#places.find(({ capabilities }) => capabilities.includes(power));
  }

  #read(power: Capability, file: string): string {
    const place = this.#place(power);
    return place === undefined ? "" : readIfThere(join(place.folder, this.#name, file));
  }

  #write(power: Capability, file: string, text: string): void {
    const place = this.#place(power);
    if (place !== undefined) writeFileSync(join(place.folder, this.#name, file), text);
  }

  #tryWrite(power: Capability, file: string, text: string): boolean {
    const place = this.#place(power);
    if (place === undefined || !existsSync(join(place.folder, this.#name, file))) return false;
    try {
      writeFileSync(join(place.folder, this.#name, file), text);
      return true;
    } catch {
      return false;
    }
  }
}

/** The names of the groups that earlier agent processes, or other agents, have made. Each is the name given to `ControlGroup`. */
export function namesOfGroups(places: readonly GroupPlace[]): string[] {
  const names = places.flatMap(({ folder }) => readdirSync(folder).filter((name) => name.startsWith(mark)));
  return [...new Set(names)].map((name) => name.slice(mark.length));
}

/** The number of kills because of memory limits, for each group that exists now, of any agent on this machine. */
export function killsInGroups(places: readonly GroupPlace[]): Map<string, number> {
  const place = places.find(({ capabilities }) => capabilities.includes("memory"));
  if (place === undefined) return new Map();
  return new Map(namesOfGroups([place]).map((name) => [name, killsOf(memoryHits(place, mark + name))]));
}

export function killsOf({ kills, byLimit }: Pick<LimitCounters, "kills" | "byLimit">): number {
  return Math.min(kills, byLimit);
}

/** Version 2 counts how often the limit was reached without reclaimable memory. Version 1 shows only whether it was reached. */
function memoryHits({ folder, version }: GroupPlace, name: string): Pick<LimitCounters, "kills" | "byLimit"> {
  const read = (file: string) => readIfThere(join(folder, name, file));
  if (version === 2) {
    const events = read("memory.events");
    return { kills: countOf(events, "oom_kill"), byLimit: countOf(events, "oom") };
  }
  const kills = countOf(read("memory.oom_control"), "oom_kill");
  return { kills, byLimit: Number(read("memory.failcnt")) > 0 ? kills : 0 };
}

function readIfThere(file: string): string {
  try {
    return readFileSync(file, "utf8");
  } catch {
    return "";
  }
}

function removeFolder(folder: string): void {
  try {
    rmdirSync(folder);
  } catch {
    // The group is still in use. The agent finds it by its name at its next start.
  }
}

function kill(pid: number): void {
  try {
    process.kill(pid, "SIGKILL");
  } catch {
    // The process has ended by itself.
  }
}
