import { Router } from "express";
import { downtimePage } from "../../dashboard/downtime-page.js";
import { readDowntimeFacts } from "../../db/downtime.js";
import { keyOf, readOutages } from "../../db/outages.js";
import { toCsv } from "../../domain/downtime/csv.js";
import { reportDowntime } from "../../domain/downtime/report.js";
import type { ApiDependencies } from "../dependencies.js";
import { downtimeQuery, outageFilter } from "../downtime-schemas.js";

/** Bars of the page's timeline. */
const barsShown = 500;

/** What was down, when, for how long, and what it cost. */
export function downtimeRoutes({ database }: Pick<ApiDependencies, "database">): Router {
  const router = Router();

  router.get("/api/v1/outages", async (request, response) => {
    const filter = outageFilter.parse(request.query);
    const outages = await readOutages(database, filter);
    const last = outages.length === filter.limit ? outages.at(-1) : undefined;
    response.json({ outages, next: last === undefined ? null : keyOf(last) });
  });

  router.get("/api/v1/downtime", async (request, response) => {
    const { from, to, format } = downtimeQuery.parse(request.query);
    const report = reportDowntime(await readDowntimeFacts(database, from, to));
    if (format === "csv") response.type("text/csv").send(toCsv(report));
    else response.json(report);
  });

  router.get("/downtime", async (request, response) => {
    const { from, to } = downtimeQuery.parse(request.query);
    const [facts, outages] = await Promise.all([
      readDowntimeFacts(database, from, to),
      readOutages(database, { from, to, limit: barsShown }),
    ]);
    response.type("html").send(downtimePage({ report: reportDowntime(facts), outages }));
  });

  return router;
}
