import { Router } from "express";
import { z } from "zod";
import { recordAudit } from "../../db/access/audit.js";
import { previewPause } from "../../db/queue/pause-preview.js";
import { cancelPause, insertPause, readPause, readPauses, scopeExists } from "../../db/queue/pauses.js";
import { formatScope, parseScope } from "../../domain/holds/pause.js";
import { byRequest, maintenanceRequest, pauseRequest, resumeRequest } from "../schemas/admin.js";
import type { ApiDependencies } from "../dependencies.js";
import { askGate } from "../requests/gate.js";
import { Problem } from "../requests/problem.js";

const listing = z.object({ past: z.coerce.number().int().min(0).max(1_000).default(0) });

/** Pauses and maintenance. A pause goes through the gate, so that its history tells; planned maintenance is a date. */
export function pauseRoutes({ database, client, newId }: ApiDependencies): Router {
  const router = Router();

  router.get("/pauses", async (request, response) => {
    response.json({ pauses: await readPauses(database, listing.parse(request.query).past) });
  });

  router.post("/pauses", async (request, response) => {
    const { dryRun, until, for: durationMs, ...wanted } = pauseRequest.parse(request.body);
    if (dryRun) {
      await assertExists(wanted.scope, "pause");
      response.json(await previewPause(database, parseScope(wanted.scope)));
      return;
    }
    const end = durationMs === undefined ? until : new Date(Date.now() + durationMs).toISOString();
    const id = request.get("Idempotency-Key") ?? newId();
    await askGate(client, database, "pause", { ...wanted, ...(end === undefined ? {} : { until: end }), id });
    response.status(201).json(await readPause(database, id));
  });

  router.post("/pauses/resume", async (request, response) => {
    const wanted = resumeRequest.parse(request.body);
    await askGate(client, database, "resume", { ...wanted, id: `resume/${request.get("Idempotency-Key") ?? newId()}` });
    response.json({ pauses: await readPauses(database, 0) });
  });

  router.post("/maintenance", async (request, response) => {
    const { scope: text, from, until, reason, by: author } = maintenanceRequest.parse(request.body);
    // What was not planned is not made planned afterwards.
    const now = new Date().toISOString();
    const since = from < now ? now : from;
    if (until <= now) throw new Problem(422, "wrong-request", "until: has passed already");
    await assertExists(text, "maintenance");
    const pauseId = request.get("Idempotency-Key") ?? newId();
    const window = { pauseId, kind: "maintenance", ...parseScope(text), reason, author, since, until } as const;
    await database.transaction().execute(async (transaction) => {
      await recordAudit(transaction, author, "plan maintenance", text, `${reason}, ${since} – ${until}`, pauseId);
      await insertPause(transaction, { ...window, stopsRunning: false });
    });
    response.status(201).json(await readPause(database, pauseId));
  });

  router.post("/pauses/:pauseId/cancel", async (request, response) => {
    const { by, reason } = byRequest.parse(request.body);
    const { pauseId } = request.params;
    const pause = await readPause(database, pauseId);
    if (pause === undefined) throw new Problem(404, "unknown-pause", `there is no pause ${pauseId}`);
    if (pause.endedAt !== null) throw new Problem(409, "pause-ended", `pause ${pauseId} ended at ${pause.endedAt}`);
    await database.transaction().execute(async (transaction) => {
      await cancelPause(transaction, pauseId, by);
      await recordAudit(transaction, by, `cancel ${pause.kind}`, formatScope(pause), reason);
    });
    response.json(await readPause(database, pauseId));
  });

  async function assertExists(text: string, kind: "pause" | "maintenance"): Promise<void> {
    if (!(await scopeExists(database, parseScope(text), kind)))
      throw new Problem(
        409,
        "not-possible",
        `${text}: there is no such thing to ${kind === "pause" ? "pause" : "maintain"}`,
      );
  }

  return router;
}
