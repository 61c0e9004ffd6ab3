import { execFileSync } from "node:child_process";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { compiled } from "../../grid/package-root.js";
import { isGone } from "../../probes/process-group.js";
import type { Launch } from "../grid.js";
import { Cgroups } from "./cgroups.js";
import { type MachineName, machineNames } from "./grid-file.js";
import { until } from "./patience.js";

/** What an agent, its tests and their files may take together on one machine. */
const memoryBytes = 1_280 * 2 ** 20;
const diskMegabytes = 256;
const dataMegabytes = 3_072;

/** The machines of the suite's grid as far as they can be told apart on one computer; only root can. */
export class Machines {
  readonly #groups = new Cgroups(machineNames, memoryBytes);

  /**
   * How the grid is started so that each machine has its groups, a small disk under its agent's folder, and all of
   * them one name server. Disks and name server are mounted where only the grid sees them: they go with it.
   */
  launch(folder: string, nameServer: string, data: string): Launch {
    const resolver = join(folder, "resolv.conf");
    writeFileSync(resolver, `nameserver ${nameServer}\noptions timeout:1 attempts:1\n`);
    const disks = machineNames.map((machine) => join(data, "agents", machine));
    // The grid's own data have a disk too. It is mounted for this process as well, because it reads the data.
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

  /** Ends every process of a machine at once; none comes back before it is switched on. Returns how many there were. */
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

  /** Returns how many processes stand still. */
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
