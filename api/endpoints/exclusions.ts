import type { Router } from "express";
import { recordAudit } from "../../db/access/audit.js";
import { endExclusion, insertExclusion, reclassify } from "../../db/queue/exclusions.js";
import { readGridConfig } from "../../db/grid/grid-config.js";
import { readGridView } from "../../db/grid/grid-view.js";
import { notifyDispatch } from "../../db/queue/dispatch-signal.js";
import type { Exclusion } from "../../domain/matching/exclusion.js";
import { effectOf, type RuleEffect } from "../../domain/matching/rule-effect.js";
import { readTestNames } from "../../db/jobs/test-names.js";
import { readRules } from "../answers/rule-list.js";
import type { ApiDependencies } from "../dependencies.js";
import { createEndpoints } from "../endpoint.js";
import { Problem } from "../requests/problem.js";

/** Rules that keep tests off machines, in addition to the rules in grid.yaml. */
export function exclusionRoutes({ database, newId, access }: ApiDependencies): Router {
  const { router, handle } = createEndpoints(access);

  handle("listExclusions", async () => ({ exclusions: await readRules(database) }));

  handle("exclude", async ({ body: { by: author, dryRun, ...rule }, request }) => {
    const { machines, now } = await readGridView(database);
    const effect = effectOf(rule, machines, await readTestNames(database), now);
    const changes = [describeEffect(effect)];
    if (dryRun) return { exclusionId: null, rule, author, ...effect, applied: false, changes };
    const exclusionId = request.get("Idempotency-Key") ?? newId();
    await database.transaction().execute(async (transaction) => {
      await insertExclusion(transaction, { exclusionId, rule, author });
      await reclassify(transaction, await readGridConfig(transaction));
      await recordAudit(transaction, author, "exclude", describeRule(rule), rule.reason, exclusionId);
      await notifyDispatch(transaction);
    });
    return { exclusionId, rule, author, ...effect, applied: true, changes };
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

const testsNamed = 10;

/** An effect as a sentence. */
function describeEffect({ machines, tests, stale }: RuleEffect): string {
  if (stale !== null) return `Nothing: ${stale}.`;
  const more = tests.length > testsNamed ? ` and ${tests.length - testsNamed} more` : "";
  return `${tests.slice(0, testsNamed).join(", ")}${more}: not on ${machines.join(", ")}`;
}

function describeRule({ tests = "*", variants, machines = "*", facts = {} }: Exclusion): string {
  const where = Object.entries(facts).map(([fact, value]) => `${fact}=${value}`);
  return `${tests}${variants === undefined ? "" : ` (${variants})`} on ${[machines, ...where].join(" ")}`;
}
