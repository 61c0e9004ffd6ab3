import { type Express, type Router } from "express";
import { pingDatabase } from "../../db/connect.js";
import { within } from "../../source/within.js";
import type { ApiDependencies } from "../dependencies.js";
import { createEndpoints } from "../endpoint.js";
import { Problem } from "../requests/problem.js";

const patienceMs = 3_000;

/** Whether the API runs, and whether it can work. These are the only API routes without a token. */
export function healthRoutes({ database, client, access }: ApiDependencies): Router {
  const { router, handle } = createEndpoints(access);

  handle("readHealth", async () => ({ health: "up" as const }));

  handle("readReadiness", async () => {
    const trouble = await Promise.all([
      troubleOf("the database", pingDatabase(database)),
      troubleOf("the Temporal server", client.connection.workflowService.getSystemInfo({})),
    ]);
    const found = trouble.filter((each) => each !== null);
    if (found.length > 0) throw new Problem("not-ready", found.join("; "));
    return { database: "up" as const, temporal: "up" as const };
  });

  return router;
}

async function troubleOf(name: string, answer: Promise<unknown>): Promise<string | null> {
  const trouble = `${name} does not answer`;
  return within(patienceMs, trouble, answer).then(
    () => null,
    () => trouble,
  );
}

/** Adds the paths where load balancers and orchestrators look by default. */
export function addHealthAddresses(app: Express): void {
  for (const path of ["/health", "/ready"])
    app.get(path, (request, _response, next) => {
      request.url = `/api/v1${path}`;
      next();
    });
}
