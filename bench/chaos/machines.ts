import { execFileSync } from "node:child_process";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { compiled } from "../../grid/package-root.js";
import { isGone } from "../../probes/process-group.js";
import type { Launch } from "../grid.js";
import { Cgroups } from "./cgroups.js";
import { type MachineName, machineNames } from "./grid-file.js";
import { until } from "./wait-until.js";

/** The memory that an agent, its tests and their files may use together on one machine. */
const memoryBytes = 1_280 * 2 ** 20;
const diskMegabytes = 256;
const dataMegabytes = 3_072;

/** The machines of the suite's grid, separated as far as one computer allows. Only root can do that. */
export class Machines {
  readonly #groups = new Cgroups(machineNames, memoryBytes);

  /**
   * How the grid is started so that each machine has its groups and a small disk under its agent's folder, and all machines
   * have one name server. Disks and name server are mounted where only the grid sees them, so they end with the grid.
   */
  launch(folder: string, nameServer: string, data: string): Launch {
    const resolver = join(folder, "resolv.conf");
    writeFileSync(resolver, `nameserver ${nameServer}\noptions timeout:1 attempts:1\n`);
    const disks = machineNames.map((machine) => join(data, "agents", machine));
    // The grid's own data has a disk too. It is also mounted for this process, which reads the data.
    mkdirSync(data, { recursive: true });
    execFileSync("mount", ["-t", "tmpfs", "-o", `size=${dataMegabytes}m,mode=755`, "chaos", data]);
    for (const disk of disks) mkdirSync(disk, { recursive: true });
    const script = [
      `mount --bind ${quoted(resolver)} /etc/resolv.conf`,
      ...disks.map((disk) => `mount -t tmpfs -o size=${diskMegabytes}m,mode=755 chaos ${quoted(disk)}`),
      'exec "$@"',
    ].join(" && ");
    const groups = Object.fromEntries(machineNames.map((machine) => [machine, this.#groups.foldersOf(machine)]));
    return {
      before: ["unshare", "--mount", "--propagation", "private", "sh", "-c", script, "sh"],
      env: {
        NODE_OPTIONS: `--import=${pathToFileURL(compiled("bench/chaos/placement.js")).href}`,
        CHAOS_GROUPS: JSON.stringify(groups),
      },
      afterwards: () => execFileSync("umount", ["--lazy", data]),
    };
  }

  /** The group in which a process shares a machine's memory. */
  memoryOf(machine: MachineName): string {
    return this.#groups.memoryOf(machine);
  }

  pidsOf(machine: MachineName): number[] {
    return this.#groups.pidsOf(machine);
  }

  outOfMemoryKills(machine: MachineName): number {
    return this.#groups.outOfMemoryKills(machine);
  }

  /** Kills every process of a machine at once. None comes back before it is switched on. Returns how many there were. */
  async switchOff(machine: MachineName): Promise<number> {
    await this.#groups.freeze(machine);
    const pids = this.#groups.pidsOf(machine);
    this.#groups.kill(machine);
    await until(`the ${pids.length} processes of ${machine} to be gone`, 5_000, () =>
      pids.every(isGone) ? true : undefined,
    );
    return pids.length;
  }

  switchOn(machine: MachineName): void {
    this.#groups.thaw(machine);
  }

  /** Freezes a machine. Returns how many processes are frozen. */
  async hang(machine: MachineName): Promise<number> {
    await this.#groups.freeze(machine);
    return this.#groups.pidsOf(machine).length;
  }

  wake(machine: MachineName): void {
    this.#groups.thaw(machine);
  }

  remove(): Promise<void> {
    return this.#groups.remove();
  }
}

function quoted(path: string): string {
  return `'${path.replaceAll("'", `'\\''`)}'`;
}
