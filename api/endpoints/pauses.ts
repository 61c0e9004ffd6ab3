import type { Router } from "express";
import { recordAudit } from "../../db/access/audit.js";
import { previewPause } from "../../db/queue/pause-preview.js";
import {
  cancelPause,
  insertPause,
  type PauseRecord,
  readPause,
  readPauses,
  scopeExists,
} from "../../db/queue/pauses.js";
import { formatScope, parseScope } from "../../domain/holds/pause.js";
import type { ApiDependencies } from "../dependencies.js";
import { createEndpoints } from "../endpoint.js";
import { sendPauseOrder } from "../requests/send-pause-order.js";
import { Problem } from "../requests/problem.js";

/**
 * Pauses and maintenance windows. A pause goes through the health monitor, so that its history shows the pause. A maintenance
 * window is only stored.
 */
export function pauseRoutes({ database, client, newId, access }: ApiDependencies): Router {
  const { router, handle } = createEndpoints(access);

  handle("listPauses", async ({ query: { past } }) => ({ pauses: await readPauses(database, past) }));

  handle("pause", async ({ body: { dryRun, until, for: durationMs, ...wanted }, request, response }) => {
    if (dryRun) {
      await assertExists(wanted.scope, "pause");
      // A dry run creates nothing: the status is not 201.
      response.json(await previewPause(database, parseScope(wanted.scope)));
      return undefined as never;
    }
    const end = durationMs === undefined ? until : new Date(Date.now() + durationMs).toISOString();
    const id = request.get("Idempotency-Key") ?? newId();
    await sendPauseOrder(client, database, "pause", { ...wanted, ...(end === undefined ? {} : { until: end }), id });
    return written(await readPause(database, id), "pause");
  });

  handle("resume", async ({ body: wanted, request }) => {
    await sendPauseOrder(client, database, "resume", {
      ...wanted,
      id: `resume/${request.get("Idempotency-Key") ?? newId()}`,
    });
    return { pauses: await readPauses(database, 0) };
  });

  handle("planMaintenance", async ({ body: { scope: text, from, until, reason, by: author }, request }) => {
    // A window cannot begin in the past, so that an unplanned outage stays unplanned.
    const now = new Date().toISOString();
    const since = from < now ? now : from;
    if (until <= now) throw new Problem("wrong-request", "until: has passed already");
    await assertExists(text, "maintenance");
    const pauseId = request.get("Idempotency-Key") ?? newId();
    const window = { pauseId, kind: "maintenance", ...parseScope(text), reason, author, since, until } as const;
    await database.transaction().execute(async (transaction) => {
      await recordAudit(transaction, author, "plan maintenance", text, `${reason}, ${since} – ${until}`, pauseId);
      await insertPause(transaction, { ...window, stopsRunning: false });
    });
    return written(await readPause(database, pauseId), "maintenance");
  });

  handle("cancelPause", async ({ params: { pauseId }, body: { by, reason } }) => {
    const pause = await readPause(database, pauseId);
    if (pause === undefined) throw new Problem("unknown-pause", `there is no pause ${pauseId}`);
    if (pause.endedAt !== null) throw new Problem("pause-ended", `pause ${pauseId} ended at ${pause.endedAt}`);
    await database.transaction().execute(async (transaction) => {
      await cancelPause(transaction, pauseId, by);
      await recordAudit(transaction, by, `cancel ${pause.kind}`, formatScope(pause), reason);
    });
    return written(await readPause(database, pauseId), pause.kind);
  });

  async function assertExists(text: string, kind: "pause" | "maintenance"): Promise<void> {
    if (!(await scopeExists(database, parseScope(text), kind)))
      throw new Problem(
        "not-possible",
        `${text}: there is no such thing to ${kind === "pause" ? "pause" : "maintain"}`,
      );
  }

  return router;
}

/** The pause or window of a request. @throws Problem if its Idempotency-Key was used for something else */
function written(pause: PauseRecord | undefined, kind: PauseRecord["kind"]): PauseRecord {
  if (pause?.kind === kind) return pause;
  throw new Problem("repeated-request", "this Idempotency-Key was used for something else; use a new one");
}
