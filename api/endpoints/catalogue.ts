import { Router } from "express";
import { failuresPage } from "../../dashboard/failures-page.js";
import { catalogue } from "../../domain/failures/failures.js";
import { gridSchema, suiteSchema } from "../schemas/files.js";

/** What the grid's words and files mean; the same for every grid of this version. */
export function catalogueRoutes(): Router {
  const router = Router();
  const schemas = { "grid.json": gridSchema(), "suite.json": suiteSchema() };

  router.get("/failures", (_request, response) => {
    response.json({ failures: catalogue() });
  });

  for (const [name, schema] of Object.entries(schemas))
    router.get(`/schemas/${name}`, (_request, response) => {
      response.type("application/schema+json").send(JSON.stringify(schema));
    });

  return router;
}

export function failurePageRoutes(): Router {
  const router = Router();
  router.get("/failures", (_request, response) => {
    response.type("html").send(failuresPage(catalogue()));
  });
  return router;
}
