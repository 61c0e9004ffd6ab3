import { Router } from "express";
import { statisticsPage } from "../../dashboard/statistics-page.js";
import { testPage } from "../../dashboard/test-page.js";
import { readTestRuns } from "../../db/reports/test-runs.js";
import { nextKey } from "../answers/next-page.js";
import type { ApiDependencies } from "../dependencies.js";
import { createEndpoints } from "../endpoint.js";
import { caller } from "../requests/caller.js";
import { assertProject } from "../requests/ownership.js";
import { askedInterval } from "../schemas/downtime.js";
import { runFilter, statisticsFilter } from "../schemas/statistics.js";

const runsShown = 200;

export function statisticsRoutes({ database, access, statistics }: ApiDependencies): Router {
  const { router, handle } = createEndpoints(access);
  handle("listRuns", async ({ query: filter }) => {
    assertProject(filter.project);
    const runs = await readTestRuns(database, filter);
    return { runs, next: nextKey(runs, filter.limit, ({ jobId }) => jobId) };
  });

  handle("readStatistics", async ({ query: { project, days, ...asked } }) => {
    if (project !== undefined) assertProject(project);
    return statistics(askedInterval(asked, days), project ?? caller().project);
  });

  return router;
}

/** The pages with the runs of a test and with the statistics of the grid. */
export function statisticsPageRoutes({ database, statistics }: ApiDependencies): Router {
  const router = Router();

  router.get("/tests", async (request, response) => {
    const filter = runFilter.parse(request.query);
    assertProject(filter.project);
    const runs = await readTestRuns(database, { ...filter, limit: runsShown });
    const { project, test, branch = null } = filter;
    response.type("html").send(testPage({ reader: caller(), project, test, branch, runs: runs.reverse() }));
  });

  router.get("/statistics", async (request, response) => {
    const { project, days, ...asked } = statisticsFilter.parse(request.query);
    if (project !== undefined) assertProject(project);
    const only = project ?? caller().project;
    const answer = await statistics(askedInterval(asked, days), only);
    response.type("html").send(statisticsPage({ reader: caller(), project: only, ...answer }));
  });

  return router;
}
