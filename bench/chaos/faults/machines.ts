import { setTimeout as sleep } from "node:timers/promises";
import { leaseMs } from "../../../domain/jobs/lease-times.js";
import type { Lab } from "../lab.js";
import { type MachineName, machineNames } from "../grid-file.js";
import type { Machines } from "../machines.js";
import type { Random } from "../random.js";
import { assertEffect, type Fault } from "./fault.js";

const usual = { needsRoot: true, prone: null, strikes: "during", through: "upload", lane: "machines" } as const;

/** Faults in which a whole machine goes away. */
export const machineFaults: Fault[] = [
  {
    ...usual,
    name: "machine-killed",
    times: 2,
    async strike(lab, random, felt) {
      const machines = machinesOf(lab);
      const machine = await victim(lab, random);
      const ended = await machines.switchOff(machine);
      try {
        assertEffect(ended > 0 ? machine : undefined, `the death of ${machine}`);
        felt();
        const awayMs = random.between(24_000, 36_000);
        await sleep(awayMs);
        return `${ended} processes of ${machine} were killed, away for ${Math.round(awayMs / 1_000)} s`;
      } finally {
        machines.switchOn(machine);
      }
    },
  },
  {
    ...usual,
    name: "machine-hung",
    times: 1,
    async strike(lab, random, felt) {
      const machines = machinesOf(lab);
      const machine = await victim(lab, random);
      const frozen = await machines.hang(machine);
      try {
        assertEffect(frozen > 0 ? machine : undefined, `${machine} standing still`);
        felt();
        const stillMs = leaseMs + random.between(5_000, 12_000);
        await sleep(stillMs);
        return `${frozen} processes of ${machine} stood still for ${Math.round(stillMs / 1_000)} s, a lease lasts ${leaseMs / 1_000} s`;
      } finally {
        machines.wake(machine);
      }
    },
  },
];

/** @throws Error if we are not root */
export function machinesOf({ machines }: Lab): Machines {
  if (machines === null) throw new Error("only root can tell machines apart");
  return machines;
}

/**
 * Picks a machine that runs something, but spares machines with a job that has lost a machine before. If only one job loses
 * two machines in a row, it looks like a job that kills machines and ends undiagnosed by rule (docs/verdict.md, section 4).
 */
async function victim({ grid }: Lab, random: Random): Promise<MachineName> {
  const rows = await grid.query<{ machine: string; spared: boolean }>(
    `select a.machine, bool_or(exists (
        select 1 from attempts before where before.job_id = a.job_id and before.failure_identifier = 'infra/machine-lost')) as spared
      from attempts a where a.ended_at is null group by a.machine`,
  );
  const spared = new Set(rows.filter((row) => row.spared).map(({ machine }) => machine));
  const busy = machineNames.filter((name) => rows.some(({ machine }) => machine === name) && !spared.has(name));
  const free = machineNames.filter((name) => !spared.has(name));
  return random.pick(busy.length > 0 ? busy : free.length > 0 ? free : machineNames);
}
