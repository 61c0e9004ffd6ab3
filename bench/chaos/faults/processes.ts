import { setTimeout as sleep } from "node:timers/promises";
import { isGone } from "../../../probes/process-group.js";
import type { Lab } from "../lab.js";
import { machineNames } from "../grid-file.js";
import { until } from "../wait-until.js";
import type { Random } from "../random.js";
import { assertEffect, type Fault } from "./fault.js";

const usual = { needsRoot: false, prone: null, strikes: "during", times: 4, through: "upload" } as const;

/** Faults in which a process of the grid is killed or hangs. The supervisor replaces it. */
export const processFaults: Fault[] = [
  {
    ...usual,
    name: "agent-killed",
    lane: "machines",
    times: 6,
    strike: (lab, random, felt) => kill(lab, `agent-${random.pick(machineNames)}`, random, felt),
  },
  ...(
    [
      ["control-killed", "control"],
      ["api-killed", "api"],
      ["database-killed", "postgres"],
      ["temporal-killed", "temporal"],
    ] as const
  ).map(([name, process]): Fault => ({
    ...usual,
    name,
    lane: "world",
    strike: (lab, random, felt) => kill(lab, process, random, felt),
  })),
  {
    ...usual,
    name: "agent-hung",
    lane: "machines",
    strike: (lab, random, felt) => hang(lab, `agent-${random.pick(machineNames)}`, felt),
  },
  { ...usual, name: "api-hung", lane: "world", times: 2, strike: (lab, _random, felt) => hang(lab, "api", felt) },
];

/** Stops a process until the supervisor notices that it hangs and replaces it. */
async function hang({ grid }: Lab, name: string, felt: () => void): Promise<string> {
  const pid = grid.pidOf(name);
  process.kill(pid, "SIGSTOP");
  felt();
  const next = await until(`${name} to be replaced`, 60_000, () =>
    grid.pidOf(name) === pid ? undefined : grid.pidOf(name),
  );
  assertEffect(isGone(pid) ? "gone" : undefined, `the end of ${name} that hung`);
  return `${name}: process ${pid} hung, ${next} replaced it`;
}

async function kill({ grid }: Lab, name: string, random: Random, felt: () => void): Promise<string> {
  const pid = grid.pidOf(name);
  process.kill(pid, "SIGKILL");
  const gone = await until(`process ${pid} to be gone`, 5_000, () => (isGone(pid) ? true : undefined)).catch(
    () => undefined,
  );
  assertEffect(gone === undefined ? undefined : "gone", `the death of ${name}`);
  felt();
  const next = await until(`${name} to come back`, 20_000, () =>
    grid.pidOf(name) === pid ? undefined : grid.pidOf(name),
  );
  await sleep(random.between(1_000, 3_000));
  return `${name}: process ${pid} was gone, ${next} replaced it`;
}
