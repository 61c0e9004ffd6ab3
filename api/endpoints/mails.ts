import { Router } from "express";
import { recordAudit } from "../../db/access/audit.js";
import { readMails, retryMail } from "../../db/mail/mails.js";
import { mailFilter, revokeRequest } from "../schemas/delivery.js";
import type { ApiDependencies } from "../dependencies.js";
import { Problem } from "../requests/problem.js";
import { z } from "../openapi/zod.js";

/** What became of the mails: for admins, because they name people. */
export function mailRoutes({ database, access }: ApiDependencies): Router {
  const router = Router();
  router.use("/mails", access.only("admin"));

  router.get("/mails", async (request, response) => {
    const filter = mailFilter.parse(request.query);
    const mails = await readMails(database, filter);
    response.json({ mails, next: mails.length === filter.limit ? (mails.at(-1)?.mailId ?? null) : null });
  });

  router.post("/mails/:mailId/retry", async (request, response) => {
    const mailId = z.coerce.number().int().parse(request.params.mailId);
    const { by } = revokeRequest.parse(request.body ?? {});
    const isTried = await database.transaction().execute(async (transaction) => {
      const tried = await retryMail(transaction, mailId);
      if (tried) await recordAudit(transaction, by, "retry", `mail:${mailId}`, "for those who do not have it");
      return tried;
    });
    if (!isTried)
      throw new Problem(
        409,
        "nothing-to-retry",
        `mail ${mailId} is not known, is on its way at this moment, or has reached all its recipients`,
      );
    response.status(202).json({ mailId });
  });

  return router;
}
