import { Router } from "express";
import { countJobs, readQueue } from "../../db/jobs/job-views.js";
import { readOpenSubmissions } from "../../db/jobs/submissions.js";
import type { ApiDependencies } from "../dependencies.js";
import { readOverview } from "../answers/grid-overview.js";

const classesShown = 500;

export function gridRoutes({ database }: ApiDependencies): Router {
  const router = Router();
  router.get("/queue", async (_request, response) => {
    const [{ states }, submissions, classes] = await Promise.all([
      countJobs(database),
      readOpenSubmissions(database, classesShown),
      readQueue(database, classesShown),
    ]);
    response.json({ states, submissions, classes });
  });
  router.get("/grid", async (_request, response) => {
    response.json(await readOverview(database));
  });
  router.get("/services", async (_request, response) => {
    response.json({ services: (await readOverview(database)).services });
  });
  router.get("/machines", async (_request, response) => {
    response.json({ machines: (await readOverview(database)).machines });
  });
  return router;
}
