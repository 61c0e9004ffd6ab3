import { Router } from "express";
import { recordAudit } from "../../db/access/audit.js";
import { endExclusion, insertExclusion, readExclusions, reclassify } from "../../db/queue/exclusions.js";
import { readGridConfig } from "../../db/grid/grid-config.js";
import { readGridView } from "../../db/grid/grid-view.js";
import { notifyDispatch } from "../../db/queue/leases.js";
import { type Exclusion, machinesUnder } from "../../domain/matching/exclusion.js";
import { byRequest, exclusionRequest } from "../schemas/admin.js";
import type { ApiDependencies } from "../dependencies.js";
import { Problem } from "../requests/problem.js";

/** Rules that keep tests off machines, beside those of grid.yaml. */
export function exclusionRoutes({ database, newId }: ApiDependencies): Router {
  const router = Router();

  router.get("/exclusions", async (_request, response) => {
    const { exclusions } = await readGridConfig(database);
    const fromFile = exclusions.map((rule) => ({ exclusionId: null, rule, author: "grid.yaml", createdAt: null }));
    response.json({ exclusions: [...fromFile, ...(await readExclusions(database))] });
  });

  router.post("/exclusions", async (request, response) => {
    const { by: author, ...given } = exclusionRequest.parse(request.body);
    const rule = given as Exclusion;
    const exclusionId = request.get("Idempotency-Key") ?? newId();
    const machines = await database.transaction().execute(async (transaction) => {
      await insertExclusion(transaction, { exclusionId, rule, author });
      await reclassify(transaction, await readGridConfig(transaction));
      await recordAudit(transaction, author, "exclude", describeRule(rule), rule.reason, exclusionId);
      await notifyDispatch(transaction);
      const { machines, now } = await readGridView(transaction);
      return machinesUnder(rule, machines, now);
    });
    response.status(201).json({ exclusionId, rule, author, machines });
  });

  router.post("/exclusions/:exclusionId/cancel", async (request, response) => {
    const { by, reason } = byRequest.parse(request.body);
    const { exclusionId } = request.params;
    await database.transaction().execute(async (transaction) => {
      if (!(await endExclusion(transaction, exclusionId, by)))
        throw new Problem(404, "unknown-exclusion", `there is no exclusion ${exclusionId} that still holds`);
      await reclassify(transaction, await readGridConfig(transaction));
      await recordAudit(transaction, by, "include", `exclusion:${exclusionId}`, reason);
      await notifyDispatch(transaction);
    });
    response.json({ exclusionId });
  });

  return router;
}

function describeRule({ tests = "*", variants, machines = "*", facts = {} }: Exclusion): string {
  const where = Object.entries(facts).map(([fact, value]) => `${fact}=${value}`);
  return `${tests}${variants === undefined ? "" : ` (${variants})`} on ${[machines, ...where].join(" ")}`;
}
