import { randomBytes } from "node:crypto";
import { Router } from "express";
import { recordAudit } from "../../db/access/audit.js";
import { insertToken, readTokens, revokeToken } from "../../db/access/tokens.js";
import { hashToken } from "../requests/access.js";
import { revokeRequest, tokenRequest } from "../schemas/delivery.js";
import type { ApiDependencies } from "../dependencies.js";
import { Problem } from "../requests/problem.js";

/** Tokens beside the one that the grid was started with. */
export function tokenRoutes({ database, newId, access }: ApiDependencies): Router {
  const router = Router();
  router.use("/tokens", access.only("admin"));

  router.get("/tokens", async (_request, response) => {
    response.json({ tokens: await readTokens(database) });
  });

  router.post("/tokens", async (request, response) => {
    const { name, role, machine = null, address = null, for: lastsMs = null, by } = tokenRequest.parse(request.body);
    const tokenId = request.get("Idempotency-Key") ?? newId();
    const token = `hf_${randomBytes(24).toString("base64url")}`;
    await database.transaction().execute(async (transaction) => {
      if (
        !(await insertToken(transaction, {
          tokenId,
          name,
          role,
          machine,
          address,
          hash: hashToken(token),
          by,
          lastsMs,
        }))
      )
        throw new Problem(
          409,
          "repeated-request",
          `token ${tokenId} has been made already and is not kept; revoke it and make another`,
        );
      await recordAudit(transaction, by, `create ${role} token`, `token:${tokenId}`, name);
    });
    response.status(201).json({ tokenId, name, role, machine, address, token });
  });

  router.post("/tokens/:tokenId/revoke", async (request, response) => {
    const { by } = revokeRequest.parse(request.body ?? {});
    const { tokenId } = request.params;
    const name = await database.transaction().execute(async (transaction) => {
      const revoked = await revokeToken(transaction, tokenId);
      if (revoked !== undefined) await recordAudit(transaction, by, "revoke token", `token:${tokenId}`, revoked);
      return revoked;
    });
    if (name === undefined) throw new Problem(404, "unknown-token", `there is no valid token ${tokenId}`);
    response.json({ tokenId, name });
  });

  return router;
}
