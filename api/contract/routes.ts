import { agentsRoutes } from "./agent-routes.js";
import { gridRoutes, reportsRoutes } from "./grid-routes.js";
import { jobsRoutes, submissionsRoutes } from "./job-routes.js";
import { mailRoutes } from "./mail-routes.js";
import { operationsRoutes } from "./operation-routes.js";
import { tokensRoutes } from "./token-routes.js";

/** Routes by the tag that they have in the OpenAPI document. Those of agents are no part of the public contract. */
export const routesByTag = {
  submissions: submissionsRoutes,
  jobs: jobsRoutes,
  grid: gridRoutes,
  reports: reportsRoutes,
  operations: operationsRoutes,
  mail: mailRoutes,
  tokens: tokensRoutes,
  agents: agentsRoutes,
};

/**
 * Every route of the API. Its messages are in `messages.ts` under the same name; the router, the client, the OpenAPI document
 * and the table of roles are made from both. The files of routes import no package, so that a client command loads quickly.
 */
export const routes = {
  ...submissionsRoutes,
  ...jobsRoutes,
  ...gridRoutes,
  ...reportsRoutes,
  ...operationsRoutes,
  ...mailRoutes,
  ...tokensRoutes,
  ...agentsRoutes,
};

export type RouteName = keyof typeof routes;

/** Routes that create something, and know a repeated request by its `Idempotency-Key`. */
export const routesWithKey: ReadonlySet<RouteName> = new Set<RouteName>([
  "submit",
  "rerunJob",
  "claimNotMyCode",
  "extendJob",
  "pause",
  "resume",
  "planMaintenance",
  "recordOutage",
  "exclude",
  "createToken",
]);
