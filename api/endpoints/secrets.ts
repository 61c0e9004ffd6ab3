import type { Router } from "express";
import { recordAudit } from "../../db/access/audit.js";
import { deleteSecret, putSecret, readSecrets } from "../../db/access/secrets.js";
import { seal } from "../../source/credentials.js";
import type { ApiDependencies } from "../dependencies.js";
import { createEndpoints } from "../endpoint.js";
import { signed } from "../requests/caller.js";
import { Problem } from "../requests/problem.js";

/** Secrets of projects. Their values go to attempts only. */
export function secretRoutes({ database, access, secretKey }: ApiDependencies): Router {
  const { router, handle } = createEndpoints(access);

  handle("listSecrets", async () => ({ secrets: await readSecrets(database) }));

  handle("setSecret", async ({ params: { project, name }, body: { value, by } }) => {
    await database.transaction().execute(async (transaction) => {
      const isNew = await putSecret(transaction, { project, name, value: seal(value, secretKey), by });
      await recordAudit(transaction, by, isNew ? "create secret" : "change secret", `secret:${project}/${name}`, "");
    });
    return { project, name };
  });

  handle("deleteSecret", async ({ params: { project, name } }) => {
    await database.transaction().execute(async (transaction) => {
      if (!(await deleteSecret(transaction, project, name)))
        throw new Problem("unknown-secret", `project ${project} has no secret ${name}`);
      await recordAudit(transaction, signed(undefined), "delete secret", `secret:${project}/${name}`, "");
    });
    return { project, name };
  });

  return router;
}
