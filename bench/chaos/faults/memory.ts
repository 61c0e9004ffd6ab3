import { fork } from "node:child_process";
import { once } from "node:events";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { compiled } from "../../../grid/package-root.js";
import type { MachineName } from "../grid-file.js";
import { machineNames } from "../grid-file.js";
import type { Lab } from "../lab.js";
import { assertEffect, type Fault } from "./fault.js";
import { machinesOf } from "./machines.js";

const patienceMs = 15_000;
/** OOM scores: the kernel kills `first` before all other processes, and `usual` as it normally would. */
const [first, usual] = ["1000", "0"];

/**
 * Something on a machine takes all its memory, so the kernel kills other processes: half the time a test, half the time the
 * largest process, which may be the agent.
 */
export const outOfMemory: Fault = {
  name: "out-of-memory",
  needsRoot: true,
  prone: "allocates",
  strikes: "during",
  times: 4,
  through: "upload",
  lane: "machines",
  async strike(lab, random, felt) {
    const machine = random.pick(machineNames);
    const killed = await takeMemory(lab, machine, random.next() < 0.5 ? "tests" : "any");
    assertEffect(killed > 0 ? machine : undefined, `lack of memory on ${machine}`);
    felt();
    await sleep(random.between(1_000, 2_000));
    return `${machine}: the kernel killed ${killed} of its processes because memory ran out`;
  },
};

/** Returns how many other processes were killed. Gives up if none is killed in time. */
async function takeMemory(lab: Lab, machine: MachineName, victims: "tests" | "any"): Promise<number> {
  const machines = machinesOf(lab);
  const before = machines.outOfMemoryKills(machine);
  let hogs = 0;
  const killed = () => machines.outOfMemoryKills(machine) - before - hogs;
  const deadline = Date.now() + patienceMs;
  while (killed() <= 0 && Date.now() < deadline) {
    const agent = lab.grid.pidOf(`agent-${machine}`);
    const marked = machines.pidsOf(machine).filter((pid) => victims === "any" || pid !== agent);
    if (marked.length === 0) {
      await sleep(20);
      continue;
    }
    marked.forEach((pid) => setOrder(pid, first));
    const hog = fork(compiled("bench/chaos/hog.js"), [machines.memoryOf(machine)], {
      stdio: ["ignore", "ignore", "inherit", "ipc"],
    });
    const ended = once(hog, "exit");
    while (killed() <= 0 && hog.exitCode === null && hog.signalCode === null && Date.now() < deadline) await sleep(5);
    // If no marked process is left, the kernel kills the hog.
    if (hog.signalCode !== null) hogs++;
    hog.kill("SIGKILL");
    await ended;
    marked.forEach((pid) => setOrder(pid, usual));
  }
  return killed();
}

function setOrder(pid: number, order: string): void {
  try {
    const file = join("/proc", String(pid), "oom_score_adj");
    if (readFileSync(file, "utf8").trim() !== order) writeFileSync(file, order);
  } catch {
    // The process has ended in the meantime.
  }
}
