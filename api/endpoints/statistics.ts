import { Router } from "express";
import { statisticsPage } from "../../dashboard/statistics-page.js";
import { testPage } from "../../dashboard/test-page.js";
import type { Database } from "../../db/connect.js";
import { readStatistics } from "../../db/reports/statistics.js";
import { readTestRuns } from "../../db/reports/test-runs.js";
import { nextKey } from "../answers/next-page.js";
import { sharedByKey } from "../answers/shared.js";
import type { ApiDependencies } from "../dependencies.js";
import { createEndpoints } from "../endpoint.js";
import { caller } from "../requests/caller.js";
import { assertProject } from "../requests/ownership.js";
import { askedInterval } from "../schemas/downtime.js";
import { runFilter, statisticsFilter } from "../schemas/statistics.js";

/** An interval may hold a million jobs. */
const freshMs = 60_000;
const runsShown = 300;

export function statisticsRoutes({ database, access }: ApiDependencies): Router {
  const { router, handle } = createEndpoints(access);
  const read = createStatistics(database);

  handle("listRuns", async ({ query: filter }) => {
    assertProject(filter.project);
    const runs = await readTestRuns(database, filter);
    return { runs, next: nextKey(runs, filter.limit, ({ jobId }) => jobId) };
  });

  handle("readStatistics", async ({ query: { project, days, ...asked } }) => {
    if (project !== undefined) assertProject(project);
    return read(askedInterval(asked, days), project ?? caller().project);
  });

  return router;
}

/** The pages of a test, and of what the grid did. */
export function statisticsPageRoutes({ database }: ApiDependencies): Router {
  const router = Router();
  const read = createStatistics(database);

  router.get("/tests", async (request, response) => {
    const filter = runFilter.parse(request.query);
    assertProject(filter.project);
    const runs = await readTestRuns(database, { ...filter, limit: runsShown });
    const { project, test, branch = null } = filter;
    response.type("html").send(testPage({ role: caller().role, project, test, branch, runs: runs.reverse() }));
  });

  router.get("/statistics", async (request, response) => {
    const { project, days, ...asked } = statisticsFilter.parse(request.query);
    if (project !== undefined) assertProject(project);
    const only = project ?? caller().project;
    const statistics = await read(askedInterval(asked, days), only);
    response.type("html").send(statisticsPage({ role: caller().role, project: only, ...statistics }));
  });

  return router;
}

/** Reads statistics. Requests for the same minutes share one answer. */
function createStatistics(database: Database) {
  const answer = sharedByKey(freshMs, async (key) => {
    const [from, to, project] = JSON.parse(key) as [string, string, string | null];
    return readStatistics(database, from, to, project);
  });
  const endOfMinute = (time: string) => new Date(Math.ceil(Date.parse(time) / freshMs) * freshMs).toISOString();
  return async ({ from, to }: { from: string; to: string }, project: string | null) => {
    const isNow = Date.now() - Date.parse(to) < freshMs;
    const key = isNow ? [endOfMinute(from), endOfMinute(to), project] : [from, to, project];
    return { from, to, ...(await answer(JSON.stringify(key))) };
  };
}
