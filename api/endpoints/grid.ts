import type { Router } from "express";
import { countJobs, readQueue } from "../../db/jobs/job-views.js";
import { readOpenSubmissions } from "../../db/jobs/submission-lists.js";
import type { ApiDependencies } from "../dependencies.js";
import { createEndpoints } from "../endpoint.js";
import { caller } from "../requests/caller.js";
import { readMachineAnswer, readServiceAnswer } from "../answers/grid-parts.js";
import { readOverview, readParts } from "../answers/grid-overview.js";

const classesShown = 500;

export function gridRoutes({ database, access }: ApiDependencies): Router {
  const { router, handle } = createEndpoints(access);

  handle("readQueue", async () => {
    const [{ states }, submissions, classes] = await Promise.all([
      countJobs(database),
      readOpenSubmissions(database, classesShown),
      readQueue(database, classesShown),
    ]);
    return { states, submissions, classes };
  });

  handle("readGrid", async () => readOverview(database, caller().project));
  handle("listServices", async () => ({ services: (await readParts(database, caller().project)).services }));
  handle("listMachines", async () => ({ machines: (await readParts(database, caller().project)).machines }));

  handle("readService", ({ params: { service } }) => readServiceAnswer(database, service, caller().project));
  handle("readMachine", ({ params: { machine } }) => readMachineAnswer(database, machine, caller().project));

  return router;
}
