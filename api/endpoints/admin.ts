import type { Router } from "express";
import { readAudit, recordAudit } from "../../db/access/audit.js";
import { readJobFacts } from "../../db/jobs/jobs.js";
import { notifyDispatch } from "../../db/queue/dispatch-signal.js";
import { setDraining } from "../../db/machines/machines.js";
import { recordPastOutage } from "../../db/services/outage-record.js";
import { setOverride } from "../../db/services/services.js";
import { extendHoldUpdate, jobWorkflowId, monitorWorkflowId, probeNowSignal } from "../../workflows/messages.js";
import type { ApiDependencies } from "../dependencies.js";
import { nextKey } from "../answers/next-page.js";
import { createEndpoints } from "../endpoint.js";
import { assertOwnJob } from "../requests/ownership.js";
import { Problem } from "../requests/problem.js";

/** Routes to operate services, machines and jobs. The audit records each action, its author and its reason. */
export function adminRoutes({ database, client, newId, access }: ApiDependencies): Router {
  const { router, handle } = createEndpoints(access);

  handle("listAudit", async ({ query: { limit, before } }) => {
    const audit = await readAudit(database, limit, before);
    return { audit, next: nextKey(audit, limit, ({ auditId }) => auditId) };
  });

  handle("overrideService", async ({ params: { service }, body }) => {
    const { state, until, for: durationMs, reason, by } = body;
    const now = new Date();
    const end = until ?? new Date(now.getTime() + durationMs!).toISOString();
    if (end <= now.toISOString()) throw new Problem("wrong-request", "until: has passed already");
    const override = { state, reason, author: by, since: now.toISOString(), until: end };
    await database.transaction().execute(async (transaction) => {
      if (!(await setOverride(transaction, service, override))) throw unknownService(service);
      await recordAudit(transaction, by, `override ${state}`, `service:${service}`, `${reason}, until ${end}`);
    });
    await probeNow();
    return { service, override };
  });

  handle("endOverride", async ({ params: { service }, body: { reason, by } }) => {
    // It becomes an expired override, so the probes decide again.
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
    return { service, override: null };
  });

  handle("drainMachine", async ({ params: { machine }, body: { draining, reason, by } }) => {
    await database.transaction().execute(async (transaction) => {
      if (!(await setDraining(transaction, machine, draining)))
        throw new Problem("unknown-machine", `this grid has no machine ${machine}`);
      await recordAudit(transaction, by, draining ? "drain" : "undrain", `machine:${machine}`, reason);
      await notifyDispatch(transaction);
    });
    return { machine, draining };
  });

  handle("recordOutage", async ({ body: { service, from, to, reason, by }, request }) => {
    const outageId = request.get("Idempotency-Key") ?? newId();
    await database.transaction().execute(async (transaction) => {
      if (
        !(await recordPastOutage(transaction, { outageId, service, from, to, reason: `${reason} (recorded by ${by})` }))
      )
        throw unknownService(service);
      await recordAudit(transaction, by, "record outage", `service:${service}`, `${from} – ${to}: ${reason}`, outageId);
    });
    return { outageId, service, from, to };
  });

  handle("extendJob", async ({ params: { jobId }, body: { for: byMs, by, reason = "" }, request }) => {
    const { verdict, owner } = await readJobFacts(database, jobId);
    await assertOwnJob(database, { jobId, owner });
    if (verdict !== null)
      throw new Problem("job-finished", `job ${jobId} cannot be given more time: it has ended, ${verdict}`);
    const leftMs = await client.workflow
      .getHandle(jobWorkflowId(jobId))
      .executeUpdate(extendHoldUpdate, {
        args: [{ byMs, by, reason }],
        updateId: request.get("Idempotency-Key") ?? newId(),
      })
      .catch((error: Error) => {
        throw new Problem("not-possible", `job ${jobId} cannot be given more time: ${error.message}`);
      });
    return { jobId, leftMs };
  });

  /** Asks the health monitor to probe at once. If that fails, it still probes soon. */
  async function probeNow(): Promise<void> {
    await client.workflow
      .getHandle(monitorWorkflowId)
      .signal(probeNowSignal)
      .catch(() => undefined);
  }

  return router;
}

function unknownService(service: string): Problem {
  return new Problem("unknown-service", `this grid has no service ${service}`);
}
