import { existsSync, mkdirSync, readdirSync, readFileSync, rmdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { until } from "./wait-until.js";

/** The folders of the kernel's control groups. */
interface Places {
  /** A folder of cgroup v2, in which groups can be frozen and killed. */
  groups: string;
  /** A folder in which groups can be limited in memory: of the same kind, or of cgroup v1. */
  memory: string;
  memoryVersion: 1 | 2;
}

/** One control group for each machine of the suite's grid. A group can be frozen, killed as a whole, and limited in memory. */
export class Cgroups {
  readonly #places: Places;
  readonly #machines: readonly string[];
  /** OOM kills by group; the count of a group that has ended is the last one that was read. */
  readonly #kills = new Map<string, number>();

  /** Makes one group for each machine. @throws if this system or user cannot have control groups */
  constructor(machines: readonly string[], memoryBytes: number) {
    this.#machines = machines;
    this.#places = findPlaces(`holdfast-chaos-${process.pid}`);
    const { memory, memoryVersion } = this.#places;
    for (const folder of new Set(machines.flatMap((machine) => this.foldersOf(machine))))
      mkdirSync(folder, { recursive: true });
    for (const machine of machines) {
      const limit = memoryVersion === 1 ? "memory.limit_in_bytes" : "memory.max";
      writeFileSync(join(memory, machine, limit), String(memoryBytes));
    }
  }

  /** The folders whose `cgroup.procs` a process of this machine is written to. */
  foldersOf(machine: string): string[] {
    const { groups, memory } = this.#places;
    return [...new Set([join(groups, machine), join(memory, machine)])];
  }

  memoryOf(machine: string): string {
    return join(this.#places.memory, machine);
  }

  pidsOf(machine: string): number[] {
    return allBelow(join(this.#places.groups, machine)).flatMap((folder) =>
      readIfThere(join(folder, "cgroup.procs")).split("\n").filter(Boolean).map(Number),
    );
  }

  /** Returns when every process is frozen. */
  async freeze(machine: string): Promise<void> {
    this.#write(machine, "cgroup.freeze", "1");
    await until(`${machine} to stand still`, 5_000, () =>
      /^frozen 1$/m.test(this.#read(machine, "cgroup.events")) ? true : undefined,
    );
  }

  thaw(machine: string): void {
    this.#write(machine, "cgroup.freeze", "0");
  }

  kill(machine: string): void {
    this.#write(machine, "cgroup.kill", "1");
  }

  /** How many processes of a machine were OOM-killed, including those in groups that have ended. */
  outOfMemoryKills(machine: string): number {
    const { memory, memoryVersion } = this.#places;
    const file = memoryVersion === 1 ? "memory.oom_control" : "memory.events";
    const root = join(memory, machine);
    for (const folder of allBelow(root)) {
      const count = Number(/^oom_kill (\d+)$/m.exec(readIfThere(join(folder, file)))?.[1] ?? 0);
      this.#kills.set(folder, Math.max(count, this.#kills.get(folder) ?? 0));
    }
    return [...this.#kills]
      .filter(([folder]) => folder === root || folder.startsWith(`${root}/`))
      .reduce((total, [, count]) => total + count, 0);
  }

  /** Kills what still runs in the groups and removes them. */
  async remove(): Promise<void> {
    for (const machine of this.#machines) {
      this.thaw(machine);
      this.kill(machine);
    }
    const { groups, memory } = this.#places;
    for (const root of new Set([groups, memory])) {
      for (const folder of allBelow(root).reverse())
        await until(`${folder} to be empty`, 10_000, () => {
          if (existsSync(folder)) rmdirSync(folder);
          return true;
        });
    }
  }

  #write(machine: string, file: string, text: string): void {
    writeFileSync(join(this.#places.groups, machine, file), text);
  }

  #read(machine: string, file: string): string {
    return readFileSync(join(this.#places.groups, machine, file), "utf8");
  }
}

/** A group and all groups in it, the outer ones first. Groups of attempts may end at any time. */
function allBelow(folder: string): string[] {
  const inner = unlessGone(() => readdirSync(folder, { withFileTypes: true }), []).filter((entry) =>
    entry.isDirectory(),
  );
  return [folder, ...inner.flatMap(({ name }) => allBelow(join(folder, name)))];
}

function readIfThere(file: string): string {
  return unlessGone(() => readFileSync(file, "utf8"), "");
}

/** The result of `read`, or `otherwise` if its group has ended. ENODEV means that the file was open when the group ended. */
function unlessGone<T>(read: () => T, otherwise: T): T {
  try {
    return read();
  } catch (error) {
    if (["ENOENT", "ENODEV"].includes((error as NodeJS.ErrnoException).code ?? "")) return otherwise;
    throw error;
  }
}

function findPlaces(name: string): Places {
  const mounts = readFileSync("/proc/self/mounts", "utf8")
    .split("\n")
    .map((line) => line.split(" "));
  const unified = mounts.find(([, , type]) => type === "cgroup2")?.[1];
  if (unified === undefined) throw new Error("no cgroup v2 is mounted");
  const groups = join(unified, name);
  const memoryMount = mounts.find(([, , type, options]) => type === "cgroup" && options?.split(",").includes("memory"));
  if (memoryMount !== undefined) {
    const own = /^\d+:[^:]*\bmemory\b[^:]*:(.*)$/m.exec(readFileSync("/proc/self/cgroup", "utf8"))?.[1] ?? "/";
    return { groups, memory: join(memoryMount[1]!, own, name), memoryVersion: 1 };
  }
  mkdirSync(groups, { recursive: true });
  for (const folder of [unified, groups]) writeFileSync(join(folder, "cgroup.subtree_control"), "+memory");
  return { groups, memory: groups, memoryVersion: 2 };
}
