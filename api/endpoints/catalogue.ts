import { caller } from "../requests/caller.js";
import { type Response, Router } from "express";
import { failuresPage } from "../../dashboard/failures-page.js";
import { catalog } from "../../domain/failures/failures.js";
import type { ApiDependencies } from "../dependencies.js";
import { createEndpoints } from "../endpoint.js";
import { gridSchema, suiteSchema } from "../schemas/files.js";

/** The catalogue of failures and the schemas of files; the same for every grid of this version. */
export function catalogueRoutes({ access }: ApiDependencies): Router {
  const { router, handle } = createEndpoints(access);
  const [grid, suite] = [gridSchema(), suiteSchema()].map((schema) => JSON.stringify(schema));
  const send = (response: Response, schema: string | undefined) =>
    void response.type("application/schema+json").send(schema);

  handle("listFailures", async () => ({ failures: catalog() }));
  handle("readGridSchema", async ({ response }) => send(response, grid));
  handle("readSuiteSchema", async ({ response }) => send(response, suite));

  return router;
}

export function failurePageRoutes(): Router {
  const router = Router();
  router.get("/failures", (_request, response) => {
    response.type("html").send(failuresPage(catalog(), caller()));
  });
  return router;
}
