import express, { type Express } from "express";
import helmet from "helmet";
import { rememberCaller } from "./caller.js";
import type { ApiDependencies } from "./dependencies.js";
import { openApiDocument } from "./openapi.js";
import { answerErrors, checkKey, notFound } from "./problem.js";
import { adminRoutes } from "./routes/admin.js";
import { agentRoutes } from "./routes/agents.js";
import { artifactRoutes } from "./routes/artifacts.js";
import { attemptRoutes } from "./routes/attempts.js";
import { catalogueRoutes, failurePageRoutes } from "./routes/catalogue.js";
import { configurationRoutes } from "./routes/configuration.js";
import { doubtRoutes, notMyCodePageRoutes } from "./routes/doubts.js";
import { downtimePageRoutes, downtimeRoutes } from "./routes/downtime.js";
import { exclusionRoutes } from "./routes/exclusions.js";
import { gridRoutes } from "./routes/grid.js";
import { jobRoutes } from "./routes/jobs.js";
import { pauseRoutes } from "./routes/pauses.js";
import { pageRoutes } from "./routes/pages.js";
import { mailRoutes } from "./routes/mails.js";
import { preferenceRoutes } from "./routes/preferences.js";
import { rerunRoutes } from "./routes/rerun.js";
import { submissionRoutes } from "./routes/submissions.js";
import { tokenRoutes } from "./routes/tokens.js";

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
  app.use("/api/v1", dependencies.access.toChange, checkKey);
  app.use(
    "/api/v1",
    express.json({ limit: "1mb" }),
    rememberCaller,
    submissionRoutes(dependencies),
    jobRoutes(dependencies),
    attemptRoutes(dependencies),
    artifactRoutes(dependencies),
    catalogueRoutes(),
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
