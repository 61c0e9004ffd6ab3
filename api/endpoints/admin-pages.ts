import { Router } from "express";
import { auditPage } from "../../dashboard/audit-page.js";
import { mailsPage } from "../../dashboard/mails-page.js";
import { tokensPage } from "../../dashboard/tokens-page.js";
import { readAudit } from "../../db/access/audit.js";
import { readTokens } from "../../db/access/tokens.js";
import { readMails } from "../../db/mail/mails.js";
import { nextKey } from "../answers/next-page.js";
import { caller } from "../requests/caller.js";
import type { ApiDependencies } from "../dependencies.js";
import { auditFilter } from "../schemas/admin.js";
import { mailFilter } from "../schemas/delivery.js";

/** Pages of operators and admins. */
export function adminPageRoutes({ database, access }: ApiDependencies): Router {
  const router = Router();

  router.get("/audit", access.allow("operator"), async (request, response) => {
    const { limit, before } = auditFilter.parse(request.query);
    const audit = await readAudit(database, limit, before);
    response
      .type("html")
      .send(auditPage({ role: caller().role, audit, next: nextKey(audit, limit, ({ auditId }) => auditId) }));
  });

  router.get("/mails", access.allow("operator"), async (request, response) => {
    const filter = mailFilter.parse(request.query);
    const mails = await readMails(database, filter);
    response
      .type("html")
      .send(mailsPage({ role: caller().role, mails, next: nextKey(mails, filter.limit, ({ mailId }) => mailId) }));
  });

  router.get("/tokens", access.allow("admin"), async (_request, response) => {
    response.type("html").send(tokensPage({ role: caller().role, tokens: await readTokens(database) }));
  });

  return router;
}
