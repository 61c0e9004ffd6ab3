import { Router } from "express";
import { readPreference, setPreference } from "../../db/mail/notifications.js";
import { mailAddress } from "../../domain/config/fields.js";
import { preferenceRequest } from "../schemas/delivery.js";
import { caller } from "../requests/caller.js";
import type { ApiDependencies } from "../dependencies.js";
import { Problem } from "../requests/problem.js";

/** Which results an address wants, no matter who submits the jobs. */
export function preferenceRoutes({ database }: ApiDependencies): Router {
  const router = Router();

  router.get("/preferences/:address", async (request, response) => {
    const address = mailAddress.parse(request.params.address);
    response.json({ address, when: await readPreference(database, address) });
  });

  router.put("/preferences/:address", async (request, response) => {
    const address = mailAddress.parse(request.params.address);
    const { when, by } = preferenceRequest.parse(request.body);
    const { role, address: own } = caller();
    if (role !== "admin" && own?.toLowerCase() !== address.toLowerCase())
      throw new Problem(403, "not-yours", `this token speaks for ${own ?? "no address"}, not for ${address}`);
    await setPreference(database, address, when, by);
    response.json({ address, when });
  });

  return router;
}
