import express, { type Express } from "express";
import helmet from "helmet";
import type { ApiDependencies } from "./dependencies.js";
import { openApiDocument } from "./openapi/document.js";
import { answerErrors, notFound } from "./requests/problem.js";
import { adminRoutes } from "./endpoints/admin.js";
import { agentRoutes } from "./endpoints/agents.js";
import { artifactRoutes } from "./endpoints/artifacts.js";
import { attemptRoutes } from "./endpoints/attempts.js";
import { catalogueRoutes, failurePageRoutes } from "./endpoints/catalogue.js";
import { configurationRoutes } from "./endpoints/configuration.js";
import { doubtRoutes, notMyCodePageRoutes } from "./endpoints/doubts.js";
import { downtimePageRoutes, downtimeRoutes } from "./endpoints/downtime.js";
import { exclusionRoutes } from "./endpoints/exclusions.js";
import { gridRoutes } from "./endpoints/grid.js";
import { jobRoutes } from "./endpoints/jobs.js";
import { pauseRoutes } from "./endpoints/pauses.js";
import { pageRoutes } from "./endpoints/pages.js";
import { mailRoutes } from "./endpoints/mails.js";
import { preferenceRoutes } from "./endpoints/preferences.js";
import { rerunRoutes } from "./endpoints/rerun.js";
import { submissionRoutes } from "./endpoints/submissions.js";
import { tokenRoutes } from "./endpoints/tokens.js";

/** The HTTP API under /api/v1, and the page. */
export function createApp(dependencies: ApiDependencies): Express {
  const app = express();
  app.disable("x-powered-by");
  app.use(
    helmet({
      contentSecurityPolicy: { directives: { upgradeInsecureRequests: null } },
      strictTransportSecurity: false,
    }),
  );
  const document = openApiDocument(dependencies.publicUrl);
  app.get("/api/v1/openapi.json", (_request, response) => {
    response.json(document);
  });
  app.use(
    "/api/v1",
    submissionRoutes(dependencies),
    jobRoutes(dependencies),
    attemptRoutes(dependencies),
    artifactRoutes(dependencies),
    catalogueRoutes(dependencies),
    gridRoutes(dependencies),
    pauseRoutes(dependencies),
    adminRoutes(dependencies),
    configurationRoutes(dependencies),
    exclusionRoutes(dependencies),
    downtimeRoutes(dependencies),
    preferenceRoutes(dependencies),
    mailRoutes(dependencies),
    tokenRoutes(dependencies),
    rerunRoutes(dependencies),
    doubtRoutes(dependencies),
    agentRoutes(dependencies),
  );
  app.use(
    pageRoutes(dependencies),
    downtimePageRoutes(dependencies),
    notMyCodePageRoutes(dependencies),
    failurePageRoutes(),
  );
  app.use(notFound);
  app.use(answerErrors(dependencies.log));
  return app;
}
