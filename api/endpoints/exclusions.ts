import type { Router } from "express";
import { recordAudit } from "../../db/access/audit.js";
import { endExclusion, insertExclusion, readExclusions, reclassify } from "../../db/queue/exclusions.js";
import { readGridConfig } from "../../db/grid/grid-config.js";
import { readGridView } from "../../db/grid/grid-view.js";
import { notifyDispatch } from "../../db/queue/dispatch-signal.js";
import { type Exclusion, machinesUnder } from "../../domain/matching/exclusion.js";
import type { ApiDependencies } from "../dependencies.js";
import { createEndpoints } from "../endpoint.js";
import { Problem } from "../requests/problem.js";

/** Rules that keep tests off machines, in addition to the rules in grid.yaml. */
export function exclusionRoutes({ database, newId, access }: ApiDependencies): Router {
  const { router, handle } = createEndpoints(access);

  handle("listExclusions", async () => {
    const { exclusions } = await readGridConfig(database);
    const fromFile = exclusions.map((rule) => ({ exclusionId: null, rule, author: "grid.yaml", createdAt: null }));
    return { exclusions: [...fromFile, ...(await readExclusions(database))] };
  });

  handle("exclude", async ({ body: { by: author, ...given }, request }) => {
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
    return { exclusionId, rule, author, machines };
  });

  handle("endExclusion", async ({ params: { exclusionId }, body: { by, reason } }) => {
    await database.transaction().execute(async (transaction) => {
      if (!(await endExclusion(transaction, exclusionId, by)))
        throw new Problem("unknown-exclusion", `there is no exclusion ${exclusionId} that is still in effect`);
      await reclassify(transaction, await readGridConfig(transaction));
      await recordAudit(transaction, by, "include", `exclusion:${exclusionId}`, reason);
      await notifyDispatch(transaction);
    });
    return { exclusionId };
  });

  return router;
}

function describeRule({ tests = "*", variants, machines = "*", facts = {} }: Exclusion): string {
  const where = Object.entries(facts).map(([fact, value]) => `${fact}=${value}`);
  return `${tests}${variants === undefined ? "" : ` (${variants})`} on ${[machines, ...where].join(" ")}`;
}
