import { leastRoleFor } from "../../dashboard/layout.js";
import { Router } from "express";
import { configurationPage } from "../../dashboard/configuration-page.js";
import { secretsPage } from "../../dashboard/secrets-page.js";
import { auditPage } from "../../dashboard/audit-page.js";
import { mailsPage } from "../../dashboard/mails-page.js";
import { triggersPage } from "../../dashboard/triggers-page.js";
import { tokensPage } from "../../dashboard/tokens-page.js";
import { readAudit } from "../../db/access/audit.js";
import { readSecrets } from "../../db/access/secrets.js";
import { readTokens } from "../../db/access/tokens.js";
import { readMails } from "../../db/mail/mails.js";
import { rulesPage } from "../../dashboard/rules-page.js";
import { readRules } from "../answers/rule-list.js";
import { readTriggerList } from "../answers/trigger-list.js";
import { nextKey } from "../answers/next-page.js";
import { caller } from "../requests/caller.js";
import type { ApiDependencies } from "../dependencies.js";
import { auditFilter } from "../schemas/admin.js";
import { mailFilter } from "../schemas/delivery.js";

/** Pages to administer the grid. Most are for operators and admins. */
export function adminPageRoutes(dependencies: ApiDependencies): Router {
  const { database, access } = dependencies;
  const router = Router();

  router.get("/audit", access.allow(leastRoleFor("/audit")), async (request, response) => {
    const { limit, before } = auditFilter.parse(request.query);
    const audit = await readAudit(database, limit, before);
    response
      .type("html")
      .send(auditPage({ reader: caller(), audit, next: nextKey(audit, limit, ({ auditId }) => auditId) }));
  });

  router.get("/mails", access.allow(leastRoleFor("/mails")), async (request, response) => {
    const filter = mailFilter.parse(request.query);
    const mails = await readMails(database, filter);
    response
      .type("html")
      .send(mailsPage({ reader: caller(), mails, next: nextKey(mails, filter.limit, ({ mailId }) => mailId) }));
  });

  router.get("/triggers", async (_request, response) => {
    const reader = caller();
    response.type("html").send(triggersPage({ reader, triggers: await readTriggerList(dependencies, reader.project) }));
  });

  router.get("/rules", async (_request, response) => {
    response.type("html").send(rulesPage({ reader: caller(), rules: await readRules(database) }));
  });

  router.get("/secrets", access.allow(leastRoleFor("/secrets")), async (_request, response) => {
    response.type("html").send(secretsPage({ reader: caller(), secrets: await readSecrets(database) }));
  });

  router.get("/configuration", access.allow(leastRoleFor("/configuration")), (_request, response) => {
    response.type("html").send(configurationPage({ reader: caller() }));
  });

  router.get("/tokens", access.allow(leastRoleFor("/tokens")), async (_request, response) => {
    response.type("html").send(tokensPage({ reader: caller(), tokens: await readTokens(database) }));
  });

  return router;
}
