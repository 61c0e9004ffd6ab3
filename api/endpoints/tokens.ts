import { randomBytes } from "node:crypto";
import type { Router } from "express";
import { recordAudit } from "../../db/access/audit.js";
import { insertToken, readTokens, revokeToken } from "../../db/access/tokens.js";
import { hashToken } from "../requests/access.js";
import type { ApiDependencies } from "../dependencies.js";
import { createEndpoints } from "../endpoint.js";
import { Problem } from "../requests/problem.js";

/** All tokens except the one that the grid was started with. */
export function tokenRoutes({ database, newId, access }: ApiDependencies): Router {
  const { router, handle } = createEndpoints(access);

  handle("listTokens", async () => ({ tokens: await readTokens(database) }));

  handle("createToken", async ({ body, request }) => {
    const { name, role, machine = null, address = null, project = null, for: lastsMs = null, by } = body;
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
          project,
          hash: hashToken(token),
          by,
          lastsMs,
        }))
      )
        throw new Problem(
          "repeated-request",
          `token ${tokenId} was created already, and its secret is not stored; revoke it and create another`,
        );
      await recordAudit(transaction, by, `create ${role} token`, `token:${tokenId}`, name);
    });
    return { tokenId, name, role, machine, address, project, token };
  });

  handle("revokeToken", async ({ params: { tokenId }, body: { by } }) => {
    const name = await database.transaction().execute(async (transaction) => {
      const revoked = await revokeToken(transaction, tokenId);
      if (revoked !== undefined) await recordAudit(transaction, by, "revoke token", `token:${tokenId}`, revoked);
      return revoked;
    });
    if (name === undefined) throw new Problem("unknown-token", `there is no valid token ${tokenId}`);
    return { tokenId, name };
  });

  return router;
}
