import { serviceOfCheck } from "../../../domain/verdict/checks.js";
import { recordAudit } from "../../../db/access/audit.js";
import type { Queries } from "../../../db/connect.js";
import { beginRelease, stopRelease, releasedAmong } from "../../../db/queue/release-state.js";
import { readServices } from "../../../db/services/services.js";
import { type GridConfig, isWatchedByMachines } from "../../../domain/config/grid-file.js";
import { countDown } from "../../../domain/health/health.js";
import type { Attempt } from "../../../domain/verdict/attempt.js";
import { flappingPolicy } from "../../../domain/config/counting.js";

/**
 * If a job that was released after an outage has a problem with the same service, the service has not recovered: its
 * release stops and its outage continues.
 */
export async function stopReleases(
  queries: Queries,
  jobId: string,
  { leaseId, attempt }: { leaseId: string; attempt: Attempt },
  config: GridConfig,
): Promise<void> {
  if (attempt.outcome !== "dirty" && attempt.outcome !== "infrastructure") return;
  const bad = attempt.evidence.filter(({ result }) => result === "bad");
  const troubled = bad.map(({ check }) => serviceOfCheck(check)).filter((name) => name !== undefined);
  if (troubled.length === 0) return;
  const released = await releasedAmong(queries, troubled, leaseId);
  if (released.length === 0) return;
  const services = await readServices(queries);
  for (const name of released) {
    const service = services.find((each) => each.name === name);
    if (service === undefined) continue;
    const seen = bad.find(({ check }) => serviceOfCheck(check) === name);
    const detail = `job ${jobId}, released after the outage, had the same problem: ${seen?.detail ?? ""}`;
    // The machine itself decides whether it is down there; the release starts again with one job.
    const isForMachines = isWatchedByMachines(service.config);
    const counts = countDown(service.health, attempt.endedAt, flappingPolicy(config));
    await (isForMachines ? beginRelease(queries, name) : stopRelease(queries, name, attempt.endedAt, detail, counts));
    await recordAudit(queries, "the gate", isForMachines ? "hold back" : "down", `service:${name}`, detail);
  }
}
