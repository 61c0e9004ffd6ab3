import { fork } from "node:child_process";
import { once } from "node:events";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { compiled } from "../../../grid/package-root.js";
import { machineNames } from "../grid-file.js";
import { until } from "../patience.js";
import { assertFelt, type Fault } from "./fault.js";
import { machinesOf } from "./machines.js";

/** The tests, not the agent, are what the kernel takes first. */
const testsFirst = "600";

/** Something on a machine takes all its memory, and the kernel kills others for it: half the time rather tests, half the time whatever is largest. */
export const outOfMemory: Fault = {
  name: "out-of-memory",
  needsRoot: true,
  prone: "allocates",
  strikes: "during",
  times: 4,
  through: "upload",
  lane: "machines",
  async strike(lab, random, felt) {
    const machines = machinesOf(lab);
    const machine = random.pick(machineNames);
    if (random.next() < 0.5) preferTests(machines.pidsOf(machine), lab.grid.pidOf(`agent-${machine}`));
    const before = machines.outOfMemoryKills(machine);
    const hog = fork(compiled("bench/chaos/hog.js"), [machines.memoryOf(machine)], {
      stdio: ["ignore", "ignore", "inherit", "ipc"],
    });
    try {
      const kills = await until(`a kill for want of memory on ${machine}`, 15_000, () => {
        const count = machines.outOfMemoryKills(machine) - before;
        return count > 0 ? count : undefined;
      }).catch(() => undefined);
      assertFelt(kills === undefined ? undefined : machine, `want of memory on ${machine}`);
      felt();
      await sleep(random.between(0, 300));
    } finally {
      const ended = once(hog, "exit");
      hog.kill("SIGKILL");
      await ended;
    }
    await sleep(random.between(1_000, 2_000));
    return `${machine}: the kernel killed ${machines.outOfMemoryKills(machine) - before} processes for want of memory`;
  },
};

function preferTests(pids: readonly number[], agent: number): void {
  for (const pid of pids.filter((each) => each !== agent)) {
    try {
      writeFileSync(join("/proc", String(pid), "oom_score_adj"), testsFirst);
    } catch {
      // It has ended meanwhile.
    }
  }
}
