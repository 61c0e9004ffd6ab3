import { statfs } from "node:fs/promises";
import type { AttemptPlan } from "../../domain/attempt-plan.js";
import type { EvidenceLine } from "../../domain/verdict/attempt.js";
import { probeRepeatedly } from "../../probes/probe.js";

const enoughBytes = 64 * 2 ** 20;
const enoughInodes = 1_000;

/** Looks at everything around the test from this machine, right after it did not pass. */
export async function checkSurroundings(plan: AttemptPlan, folder: string): Promise<EvidenceLine[]> {
  const services = plan.services.filter(({ fromMachine }) => fromMachine);
  return Promise.all([checkDisk(folder), ...services.map(checkService)]);
}

async function checkService({
  name,
  probe: config,
  timeoutMs,
}: AttemptPlan["services"][number]): Promise<EvidenceLine> {
  const { ok, detail, at } = await probeRepeatedly(config, timeoutMs);
  return { check: `service ${name} from the machine`, result: ok ? "good" : "bad", detail, at };
}

export async function checkDisk(folder: string): Promise<EvidenceLine> {
  const { bavail, bsize, ffree, files } = await statfs(folder);
  const free = bavail * bsize;
  const isEnough = free >= enoughBytes && (files === 0 || ffree >= enoughInodes);
  return {
    check: "disk",
    result: isEnough ? "good" : "bad",
    detail: `${Math.round(free / 2 ** 20)} MiB and ${ffree} inodes free`,
    at: new Date().toISOString(),
  };
}
