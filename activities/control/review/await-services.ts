import { servicesOf } from "../../../domain/requirements/requirement.js";
import type { Queries } from "../../../db/connect.js";
import { readServices, type WatchedService, requestProbe } from "../../../db/services/services.js";
import { isWatchedByMachines } from "../../../domain/config/grid-file.js";

const settleMs = 10_000;
const lookEveryMs = 200;

/**
 * After services broke during an attempt, waits a little until the monitor has found each of them healthy or down. The next
 * run, especially a control, must not meet the rest of the same problem.
 * @param disturbed what broke, such as `service:nfs`; machines are ignored
 */
export async function awaitServices(queries: Queries, disturbed: readonly string[]): Promise<void> {
  const names = new Set(servicesOf(disturbed));
  if (names.size === 0) return;
  const since = new Date().toISOString();
  for (const name of names) await requestProbe(queries, name);
  const isOpen = ({ name, config, health, lastGoodAt }: WatchedService) =>
    names.has(name) && !isWatchedByMachines(config) && health.state === "up" && (lastGoodAt ?? "") <= since;
  for (const deadline = Date.now() + settleMs; Date.now() < deadline;) {
    if (!(await readServices(queries)).some(isOpen)) return;
    await new Promise((resolve) => setTimeout(resolve, lookEveryMs));
  }
}
