import { caller } from "../requests/caller.js";
import { Router } from "express";
import { downtimePage } from "../../dashboard/downtime-page.js";
import { readDowntime } from "../../db/reports/downtime.js";
import { readFalseAlarms } from "../../db/reports/false-alarms.js";
import { downtimeCsv } from "../../domain/reports/downtime-csv.js";
import type { ApiDependencies } from "../dependencies.js";
import { nextKey } from "../answers/next-page.js";
import { createEndpoints } from "../endpoint.js";
import { askedInterval, downtimePageFilter } from "../schemas/downtime.js";

const outagesShown = 100;

export function downtimeRoutes({ database, access, listOutages }: ApiDependencies): Router {
  const { router, handle } = createEndpoints(access);

  handle("readDowntime", async ({ query: { format, ...asked }, response }) => {
    const { from, to } = askedInterval(asked);
    const report = await readDowntime(database, from, to);
    if (format === "csv")
      response
        .type("text/csv; charset=utf-8")
        .set("Content-Disposition", `attachment; filename="downtime-${from.slice(0, 10)}-${to.slice(0, 10)}.csv"`)
        .send(downtimeCsv(report));
    return report;
  });

  handle("listOutages", async ({ query: filter }) => {
    const outages = await listOutages(filter);
    return { outages, next: nextKey(outages, filter.limit, ({ outageId }) => outageId) };
  });

  return router;
}

/** The downtime report for people. */
export function downtimePageRoutes({ database, listOutages }: ApiDependencies): Router {
  const router = Router();
  router.get("/downtime", async (request, response) => {
    const { days, ...asked } = downtimePageFilter.parse(request.query);
    const { from, to } = askedInterval(asked, days);
    const [report, falseAlarms, outages] = await Promise.all([
      readDowntime(database, from, to),
      readFalseAlarms(database, from, to),
      listOutages({ from, to, limit: outagesShown }),
    ]);
    response.type("html").send(downtimePage({ reader: caller(), report, falseAlarms, outages }));
  });
  return router;
}
