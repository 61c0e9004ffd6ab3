import { recordAudit } from "../../../db/access/audit.js";
import type { Queries } from "../../../db/connect.js";
import { beginRelease, limitRelease, releasedAmong } from "../../../db/queue/release.js";
import { readServices } from "../../../db/services/services.js";
import { type GridConfig, isWatchedByMachines } from "../../../domain/config/grid-file.js";
import { fallen } from "../../../domain/health/health.js";
import type { Attempt } from "../../../domain/verdict/attempt.js";
import { flappingPolicy } from "../../../domain/config/counting.js";

/**
 * A job that was let through after an outage and met trouble with the same service: the service has not come back.
 * Its gate closes again and its outage goes on.
 */
export async function limitReleases(
  queries: Queries,
  jobId: string,
  { leaseId, attempt }: { leaseId: string; attempt: Attempt },
  config: GridConfig,
): Promise<void> {
  if (attempt.outcome !== "dirty" && attempt.outcome !== "infrastructure") return;
  const troubled = attempt.evidence
    .filter(({ check, result }) => result === "bad" && check.startsWith("service "))
    .map(({ check }) => check.split(" ")[1] ?? "");
  if (troubled.length === 0) return;
  const released = await releasedAmong(queries, troubled, leaseId);
  if (released.length === 0) return;
  const services = await readServices(queries);
  for (const name of released) {
    const service = services.find((each) => each.name === name);
    if (service === undefined) continue;
    const seen = attempt.evidence.find(({ check, result }) => result === "bad" && check.split(" ")[1] === name);
    const detail = `job ${jobId}, let through after the outage, met the same trouble: ${seen?.detail ?? ""}`;
    // Whether it is down on a machine is for that one to say; its jobs are let through from one on again.
    const isForMachines = isWatchedByMachines(service.config);
    const counts = fallen(service.health, attempt.endedAt, flappingPolicy(config));
    await (isForMachines ? beginRelease(queries, name) : limitRelease(queries, name, attempt.endedAt, detail, counts));
    await recordAudit(queries, "the gate", isForMachines ? "hold back" : "down", `service:${name}`, detail);
  }
}
