import { recordAudit } from "../../../db/access/audit.js";
import type { Queries } from "../../../db/connect.js";
import { closeOutage, endPlannedAbsences, openOutage, openStillDown } from "../../../db/services/outage-record.js";
import { turnPauses } from "../../../db/queue/pauses.js";
import { formatScope, type PauseView } from "../../../domain/holds/pause.js";

/** Begins and ends maintenance windows that are due, and records it. */
export async function turnWindows(queries: Queries): Promise<void> {
  const { begun, ended } = await turnPauses(queries);
  for (const pause of begun) await beginPause(queries, pause);
  for (const pause of ended) {
    await recordAudit(queries, "the gate", `end of ${pause.kind}`, formatScope(pause), pause.reason);
    await endWindow(queries, pause);
  }
}

/** Planned downtime of a service is an outage without alarm. */
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

/** A service that is still down when its maintenance ends has a normal outage from then on. */
export async function endWindow(queries: Queries, { kind, scope, name, until }: PauseView): Promise<void> {
  if (kind !== "maintenance") return;
  const now = new Date().toISOString();
  const endedAt = until !== null && until < now ? until : now;
  if (scope === "service") await closeOutage(queries, { service: name, machine: null, kind: "maintenance" }, endedAt);
  else await endPlannedAbsences(queries, endedAt);
  await openStillDown(queries);
}
