import { type Request, Router } from "express";
import { readAudit, recordAudit } from "../../db/access/audit.js";
import { readJobFacts } from "../../db/jobs/jobs.js";
import { notifyDispatch } from "../../db/queue/leases.js";
import { setDraining } from "../../db/machines/machines.js";
import { recordPastOutage } from "../../db/services/outage-record.js";
import { setOverride } from "../../db/services/services.js";
import { extendHoldUpdate, jobWorkflowId, monitorWorkflowId, probeNowSignal } from "../../workflows/messages.js";
import {
  auditFilter,
  byRequest,
  drainRequest,
  extendRequest,
  outageRequest,
  overrideRequest,
} from "../schemas/admin.js";
import type { ApiDependencies } from "../dependencies.js";
import { Problem } from "../requests/problem.js";

/** What admins do with services, machines and jobs, each with who and why in the audit. */
export function adminRoutes({ database, client, newId }: ApiDependencies): Router {
  const router = Router();

  router.get("/audit", async (request, response) => {
    const { limit, before } = auditFilter.parse(request.query);
    const audit = await readAudit(database, limit, before);
    response.json({ audit, next: audit.length === limit ? (audit.at(-1)?.auditId ?? null) : null });
  });

  router.post("/services/:service/override", async (request, response) => {
    const { state, until, for: durationMs, reason, by } = overrideRequest.parse(request.body);
    const now = new Date();
    const end = until ?? new Date(now.getTime() + durationMs!).toISOString();
    if (end <= now.toISOString()) throw new Problem(422, "wrong-request", "until: has passed already");
    const service = serviceOf(request);
    const override = { state, reason, author: by, since: now.toISOString(), until: end };
    await database.transaction().execute(async (transaction) => {
      if (!(await setOverride(transaction, service, override))) throw unknownService(service);
      await recordAudit(transaction, by, `override ${state}`, `service:${service}`, `${reason}, until ${end}`);
    });
    await probeNow();
    response.status(201).json({ service, override });
  });

  router.delete("/services/:service/override", async (request, response) => {
    const service = serviceOf(request);
    const { reason, by } = byRequest.parse(request.body);
    // It ends like one whose time is over: its probes decide again.
    const ended = {
      state: "up",
      reason,
      author: by,
      since: new Date().toISOString(),
      until: new Date().toISOString(),
    } as const;
    await database.transaction().execute(async (transaction) => {
      if (!(await setOverride(transaction, service, ended))) throw unknownService(service);
      await recordAudit(transaction, by, "end override", `service:${service}`, reason);
    });
    await probeNow();
    response.json({ service, override: null });
  });

  router.post("/machines/:machine/drain", async (request, response) => {
    const { draining, reason, by } = drainRequest.parse(request.body);
    const { machine } = request.params;
    await database.transaction().execute(async (transaction) => {
      if (!(await setDraining(transaction, machine, draining)))
        throw new Problem(404, "unknown-machine", `this grid has no machine ${machine}`);
      await recordAudit(transaction, by, draining ? "drain" : "undrain", `machine:${machine}`, reason);
      await notifyDispatch(transaction);
    });
    response.json({ machine, draining });
  });

  router.post("/outages", async (request, response) => {
    const { service, from, to, reason, by } = outageRequest.parse(request.body);
    const outageId = request.get("Idempotency-Key") ?? newId();
    await database.transaction().execute(async (transaction) => {
      if (
        !(await recordPastOutage(transaction, { outageId, service, from, to, reason: `${reason} (recorded by ${by})` }))
      )
        throw unknownService(service);
      await recordAudit(transaction, by, "record outage", `service:${service}`, `${from} – ${to}: ${reason}`, outageId);
    });
    response.status(201).json({ outageId, service, from, to });
  });

  router.post("/jobs/:jobId/extend", async (request, response) => {
    const { for: byMs, by, reason = "" } = extendRequest.parse(request.body);
    const { jobId } = request.params;
    const { verdict } = await readJobFacts(database, jobId);
    if (verdict !== null)
      throw new Problem(409, "job-finished", `job ${jobId} cannot be given more time: it has ended, ${verdict}`);
    const leftMs = await client.workflow
      .getHandle(jobWorkflowId(jobId))
      .executeUpdate(extendHoldUpdate, {
        args: [{ byMs, by, reason }],
        updateId: request.get("Idempotency-Key") ?? newId(),
      })
      .catch((error: Error) => {
        throw new Problem(409, "not-possible", `job ${jobId} cannot be given more time: ${error.message}`);
      });
    response.json({ jobId, leftMs });
  });

  /** The watch looks at once; if it cannot be asked, it looks soon anyway. */
  async function probeNow(): Promise<void> {
    await client.workflow
      .getHandle(monitorWorkflowId)
      .signal(probeNowSignal)
      .catch(() => undefined);
  }

  return router;
}

function serviceOf(request: Request): string {
  return String(request.params["service"]);
}

function unknownService(service: string): Problem {
  return new Problem(404, "unknown-service", `this grid has no service ${service}`);
}
