import { recordAudit } from "./audit.js";
import type { Queries } from "./connect.js";
import { notifyDispatch } from "./leases.js";
import { closeOutage, insertPastOutage } from "./outage-record.js";

/** A machine's agent reports again: what ran there meanwhile is known, and how long it was away. */
export async function noteReturn(
  queries: Queries,
  machine: string,
  awaySince: string | null,
  outageId: string,
): Promise<void> {
  const now = new Date().toISOString();
  const part = { service: `machine/${machine}`, machine: null, kind: "unplanned" } as const;
  const wasKnown = await closeOutage(queries, part, now);
  if (wasKnown === undefined && awaySince !== null) {
    const detail = "its agent did not report";
    const outage = { ...part, outageId, severity: "down", startedAt: awaySince, detail, cause: null } as const;
    await insertPastOutage(queries, outage, now);
  }
  if (wasKnown !== undefined || awaySince !== null)
    await recordAudit(
      queries,
      "monitor",
      "online",
      `machine:${machine}`,
      `away since ${awaySince ?? "its last report"}`,
    );
  await notifyDispatch(queries);
}
