import { Router } from "express";
import { readPreference, setPreference } from "../../db/tellings.js";
import { mailAddress } from "../../domain/files/fields.js";
import { preferenceRequest } from "../delivery-schemas.js";
import type { ApiDependencies } from "../dependencies.js";

/** Of which jobs an address wants to hear, whoever submits them. */
export function preferenceRoutes({ database }: ApiDependencies): Router {
  const router = Router();

  router.get("/preferences/:address", async (request, response) => {
    const address = mailAddress.parse(request.params.address);
    response.json({ address, when: await readPreference(database, address) });
  });

  router.put("/preferences/:address", async (request, response) => {
    const address = mailAddress.parse(request.params.address);
    const { when, by } = preferenceRequest.parse(request.body);
    await setPreference(database, address, when, by);
    response.json({ address, when });
  });

  return router;
}
