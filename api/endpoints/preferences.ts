import type { Router } from "express";
import { postponeMail, readPreference, setPreference } from "../../db/mail/notifications.js";
import { recordAudit } from "../../db/access/audit.js";
import { readJobFacts } from "../../db/jobs/jobs.js";
import { isOperator } from "../../domain/access/roles.js";
import { caller } from "../requests/caller.js";
import { assertOwnJob, isSameAddress } from "../requests/ownership.js";
import type { ApiDependencies } from "../dependencies.js";
import { createEndpoints } from "../endpoint.js";
import { Problem } from "../requests/problem.js";

/** What people want mail about, and when. */
export function preferenceRoutes({ database, access }: ApiDependencies): Router {
  const { router, handle } = createEndpoints(access);

  handle("readPreference", async ({ params: { address } }) => ({
    address,
    when: await readPreference(database, address),
  }));

  handle("setPreference", async ({ params: { address }, body: { when, by } }) => {
    const { role, address: own } = caller();
    if (!isOperator(role) && !isSameAddress(own, address))
      throw new Problem("not-yours", `this token is for ${own ?? "no address"}, not for ${address}`);
    await setPreference(database, address, when, by);
    return { address, when };
  });

  handle("postponeMail", async ({ params: { jobId }, body: { for: afterMs, by, reason = "" } }) => {
    const { owner } = await readJobFacts(database, jobId);
    await assertOwnJob(database, { jobId, owner });
    return database.transaction().execute(async (transaction) => {
      const notBefore = await postponeMail(transaction, jobId, afterMs);
      if (notBefore === undefined)
        throw new Problem("job-finished", `job ${jobId} has ended: its mail cannot be postponed any more`);
      await recordAudit(transaction, by, "postpone mail", `job:${jobId}`, `until ${notBefore}: ${reason}`);
      return { jobId, notBefore };
    });
  });

  return router;
}
