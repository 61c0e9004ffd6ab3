import { agentsRoutes } from "./agent-routes.js";
import { eventsRoutes, exportRoutes } from "./event-routes.js";
import { gridRoutes, reportsRoutes } from "./grid-routes.js";
import { jobsRoutes, submissionsRoutes } from "./job-routes.js";
import { mailRoutes } from "./mail-routes.js";
import { operationsRoutes } from "./operation-routes.js";
import { secretsRoutes } from "./secret-routes.js";
import { accessRoutes, tokensRoutes } from "./token-routes.js";
import { triggersRoutes } from "./trigger-routes.js";
import { webhooksRoutes } from "./webhook-routes.js";

/** Describes the routes of each tag. */
export const tagDescriptions: Record<Exclude<keyof typeof routesByTag, "agents">, string> = {
  submissions: "Sources that were submitted for test",
  jobs: "Jobs: one test in one variant, with its verdict, log and files",
  events: "Live changes as server-sent events",
  exports: "Results and figures in the formats of other tools",
  grid: "Machines, services, the queue, and what the grid knows",
  reports: "Downtime, outages, false alarms and the audit",
  operations: "What operators do: pause, plan maintenance, drain, exclude, correct",
  mail: "Mails and who wants them",
  webhooks: "Webhooks: addresses and chats that are notified",
  triggers: "Automatic submissions: on a schedule, or when commits are pushed",
  access: "Whether the grid is available, and who the caller is",
  tokens: "Tokens and their roles",
  secrets: "Secrets that tests get",
};

/** Routes by the tag that they have in the OpenAPI document. The routes for agents are not part of the public contract. */
export const routesByTag = {
  submissions: submissionsRoutes,
  jobs: jobsRoutes,
  events: eventsRoutes,
  exports: exportRoutes,
  grid: gridRoutes,
  reports: reportsRoutes,
  operations: operationsRoutes,
  mail: mailRoutes,
  webhooks: webhooksRoutes,
  triggers: triggersRoutes,
  access: accessRoutes,
  tokens: tokensRoutes,
  secrets: secretsRoutes,
  agents: agentsRoutes,
};

/**
 * Every route of the API. Its messages are in `messages.ts` under the same name. The router, the client, the OpenAPI document
 * and the table of roles are made from both. The route files import no package, so that a client command loads quickly.
 */
export const routes = {
  ...submissionsRoutes,
  ...jobsRoutes,
  ...eventsRoutes,
  ...exportRoutes,
  ...gridRoutes,
  ...reportsRoutes,
  ...operationsRoutes,
  ...mailRoutes,
  ...webhooksRoutes,
  ...triggersRoutes,
  ...accessRoutes,
  ...tokensRoutes,
  ...secretsRoutes,
  ...agentsRoutes,
};

export type RouteName = keyof typeof routes;

/** Routes that create something. They recognize a repeated request by its `Idempotency-Key`. */
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
  "createWebhook",
  "createTrigger",
  "runTrigger",
]);
