import type { Router } from "express";
import { recordAudit } from "../../db/access/audit.js";
import { readMails, retryMail } from "../../db/mail/mails.js";
import type { ApiDependencies } from "../dependencies.js";
import { nextKey } from "../answers/next-page.js";
import { createEndpoints } from "../endpoint.js";
import { Problem } from "../requests/problem.js";

/** The state of mails. Only operators and admins see it, because mails name people. */
export function mailRoutes({ database, access }: ApiDependencies): Router {
  const { router, handle } = createEndpoints(access);

  handle("listMails", async ({ query: filter }) => {
    const mails = await readMails(database, filter);
    return { mails, next: nextKey(mails, filter.limit, ({ mailId }) => mailId) };
  });

  handle("retryMail", async ({ params: { mailId }, body: { by } }) => {
    const isTried = await database.transaction().execute(async (transaction) => {
      const tried = await retryMail(transaction, mailId);
      if (tried)
        await recordAudit(transaction, by, "retry", `mail:${mailId}`, "for the recipients who have not received it");
      return tried;
    });
    if (!isTried)
      throw new Problem(
        "nothing-to-retry",
        `mail ${mailId} does not exist, is being sent at this moment, or has reached all its recipients`,
      );
    return { mailId };
  });

  return router;
}
