import type { Router } from "express";
import { readPreference, setPreference } from "../../db/mail/notifications.js";
import { isOperator } from "../../domain/access/roles.js";
import { caller } from "../requests/caller.js";
import { isSameAddress } from "../requests/ownership.js";
import type { ApiDependencies } from "../dependencies.js";
import { createEndpoints } from "../endpoint.js";
import { Problem } from "../requests/problem.js";

/** Which results an address wants, no matter who submits the jobs. */
export function preferenceRoutes({ database, access }: ApiDependencies): Router {
  const { router, handle } = createEndpoints(access);

  handle("readPreference", async ({ params: { address } }) => ({
    address,
    when: await readPreference(database, address),
  }));

  handle("setPreference", async ({ params: { address }, body: { when, by } }) => {
    const { role, address: own } = caller();
    if (!isOperator(role) && !isSameAddress(own, address))
      throw new Problem("not-yours", `this token speaks for ${own ?? "no address"}, not for ${address}`);
    await setPreference(database, address, when, by);
    return { address, when };
  });

  return router;
}
