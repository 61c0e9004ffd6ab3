import { recordAudit } from "../db/audit.js";
import type { Queries } from "../db/connect.js";
import { closeOutage, openOutage } from "../db/outage-record.js";
import { turnPauses } from "../db/pauses.js";
import { readServices } from "../db/services.js";
import { formatScope, type PauseView } from "../domain/pause.js";
import { causeOf } from "./health/service-changes.js";

/** Begins and ends what was planned for now, and notes it. Returns whether anything changed. */
export async function turnWindows(queries: Queries): Promise<boolean> {
  const { begun, ended } = await turnPauses(queries);
  for (const pause of begun) await beginPause(queries, pause);
  for (const pause of ended) {
    await recordAudit(queries, "the gate", `end of ${pause.kind}`, formatScope(pause), pause.reason);
    await endWindow(queries, pause);
  }
  return begun.length + ended.length > 0;
}

/** Planned downtime of a service is an outage that alarms nobody. */
async function beginPause(queries: Queries, pause: PauseView): Promise<void> {
  if (pause.kind === "pause") return;
  await recordAudit(queries, pause.author, "maintenance", formatScope(pause), `${pause.reason}, until ${pause.until}`);
  if (pause.scope !== "service") return;
  await openOutage(queries, {
    outageId: `maintenance/${pause.pauseId}`,
    service: pause.name,
    machine: null,
    kind: "maintenance",
    severity: "down",
    startedAt: pause.since,
    detail: pause.reason,
    cause: null,
  });
}

/** What is still down when its maintenance is over is an outage like any other from then on. */
export async function endWindow(queries: Queries, { pauseId, kind, scope, name, until }: PauseView): Promise<void> {
  if (kind !== "maintenance" || scope !== "service") return;
  const now = new Date().toISOString();
  const endedAt = until !== null && until < now ? until : now;
  await closeOutage(queries, { service: name, machine: null, kind: "maintenance" }, endedAt);
  const service = (await readServices(queries)).find((each) => each.name === name);
  if (service === undefined || (service.health.state !== "down" && service.health.state !== "degraded")) return;
  await openOutage(queries, {
    outageId: `after/${pauseId}`,
    service: name,
    machine: null,
    kind: "unplanned",
    severity: service.health.state,
    startedAt: endedAt,
    detail: `still ${service.health.state} after its maintenance: ${service.health.detail}`,
    cause: await causeOf(queries, name),
  });
}
