import { fileURLToPath } from "node:url";
import express, { type Express } from "express";
import helmet from "helmet";
import type { ApiDependencies } from "./dependencies.js";
import { otherMethods } from "./endpoint.js";
import { openApiDocument } from "./openapi/document.js";
import { refuseUnencrypted } from "./requests/encrypted.js";
import { answerErrors, notFound } from "./requests/problem.js";
import { noteRefusals } from "./requests/refusals.js";
import { traceRequests } from "./requests/trace-requests.js";
import { rememberCaller } from "./requests/caller.js";
import { sessions } from "./requests/session.js";
import { adminPageRoutes } from "./endpoints/admin-pages.js";
import { adminRoutes } from "./endpoints/admin.js";
import { agentRoutes } from "./endpoints/agents.js";
import { artifactRoutes } from "./endpoints/artifacts.js";
import { attemptRoutes } from "./endpoints/attempts.js";
import { catalogueRoutes, failurePageRoutes } from "./endpoints/catalogue.js";
import { configurationRoutes } from "./endpoints/configuration.js";
import { doubtRoutes, notMyCodePageRoutes } from "./endpoints/doubts.js";
import { downtimePageRoutes, downtimeRoutes } from "./endpoints/downtime.js";
import { eventRoutes } from "./endpoints/events.js";
import { addMetricsAddress, exportRoutes } from "./endpoints/exports.js";
import { exclusionRoutes } from "./endpoints/exclusions.js";
import { gridRoutes } from "./endpoints/grid.js";
import { addHealthAddresses, healthRoutes } from "./endpoints/health.js";
import { jobRoutes } from "./endpoints/jobs.js";
import { pauseRoutes } from "./endpoints/pauses.js";
import { pageRoutes } from "./endpoints/pages.js";
import { mailRoutes } from "./endpoints/mails.js";
import { pushRoutes } from "./endpoints/pushes.js";
import { preferenceRoutes } from "./endpoints/preferences.js";
import { rerunRoutes } from "./endpoints/rerun.js";
import { sessionRoutes, signInPageRoutes } from "./endpoints/sign-in.js";
import { statisticsPageRoutes, statisticsRoutes } from "./endpoints/statistics.js";
import { submissionRoutes } from "./endpoints/submissions.js";
import { secretRoutes } from "./endpoints/secrets.js";
import { triggerRoutes } from "./endpoints/triggers.js";
import { webhookRoutes } from "./endpoints/webhooks.js";
import { tokenRoutes } from "./endpoints/tokens.js";

/** The HTTP API under /api/v1, and the dashboard. */
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
  const { access } = dependencies;
  app.set("trust proxy", dependencies.proxies ?? false);
  app.use(traceRequests(dependencies.tracing));
  app.use(refuseUnencrypted);
  app.use(sessions(dependencies.secretKey, dependencies.publicUrl));
  addHealthAddresses(app);
  addMetricsAddress(app);
  app.get("/api/v1/openapi.json", access.allow("viewer"), (_request, response) => {
    response.json(document);
  });
  app.use(
    "/api/v1",
    healthRoutes(dependencies),
    sessionRoutes(dependencies),
    submissionRoutes(dependencies),
    jobRoutes(dependencies),
    attemptRoutes(dependencies),
    artifactRoutes(dependencies),
    catalogueRoutes(dependencies),
    gridRoutes(dependencies),
    eventRoutes(dependencies),
    exportRoutes(dependencies),
    pauseRoutes(dependencies),
    adminRoutes(dependencies),
    configurationRoutes(dependencies),
    exclusionRoutes(dependencies),
    downtimeRoutes(dependencies),
    statisticsRoutes(dependencies),
    preferenceRoutes(dependencies),
    mailRoutes(dependencies),
    webhookRoutes(dependencies),
    triggerRoutes(dependencies),
    tokenRoutes(dependencies),
    secretRoutes(dependencies),
    rerunRoutes(dependencies),
    doubtRoutes(dependencies),
    agentRoutes(dependencies),
    otherMethods(),
  );
  app.use(pushRoutes(dependencies));
  app.use(signInPageRoutes(dependencies));
  app.use(
    access.allow("viewer"),
    rememberCaller,
    access.allowPage,
    express.static(fileURLToPath(new URL("../page", import.meta.url)), { index: false, redirect: false }),
    pageRoutes(dependencies),
    adminPageRoutes(dependencies),
    downtimePageRoutes(dependencies),
    statisticsPageRoutes(dependencies),
    notMyCodePageRoutes(dependencies),
    failurePageRoutes(),
  );
  app.use(notFound);
  app.use(noteRefusals(dependencies.database), answerErrors(dependencies.log));
  return app;
}
