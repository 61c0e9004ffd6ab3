import express, { Router } from "express";
import { readTrigger } from "../../db/triggers/triggers.js";
import { matchesPattern } from "../../domain/requirements/pattern.js";
import { unseal } from "../../source/credentials.js";
import { isSigned, readPush } from "../../source/push-event.js";
import { submitNow } from "../answers/triggered.js";
import type { ApiDependencies } from "../dependencies.js";
import { Problem } from "../requests/problem.js";

/** The push events of forges may be large. */
const bodyLimit = "5mb";

/** The path where forges report pushes. A forge has no token. It signs what it sends with the secret of the trigger. */
export function pushRoutes(dependencies: ApiDependencies): Router {
  const { database, secretKey, access } = dependencies;
  const router = Router();
  const body = express.raw({ type: () => true, limit: bodyLimit });

  router.post("/push/:triggerId", access.limit, body, async (request, response) => {
    const { triggerId } = request.params as { triggerId: string };
    const trigger = await readTrigger(database, triggerId);
    if (trigger?.secret == null || trigger.branches === null)
      throw new Problem("unknown-trigger", `there is no trigger ${triggerId} that waits for pushes`);
    const event = Buffer.isBuffer(request.body) ? request.body : Buffer.alloc(0);
    if (!isSigned(event, (name) => request.get(name), unseal<string>(trigger.secret, secretKey)))
      throw new Problem("wrong-signature", "the signature is missing, or was made with another secret");
    const { branch, commit, before } = parse(event);
    const nothing = (note: string) => response.status(202).json({ submissionId: null, note });
    if (branch === null) return void nothing("this is not a push to a branch");
    if (commit === null) return void nothing(`the branch ${branch} was deleted`);
    if (!trigger.branches.some((pattern) => matchesPattern(branch, pattern)))
      return void nothing(`the branch ${branch} matches none of ${trigger.branches.join(", ")}`);
    const occasion = { key: `push ${triggerId} ${branch} ${before} ${commit}`, revision: commit, branch };
    response.status(202).json(await submitNow(dependencies, trigger, occasion));
  });

  return router;
}

function parse(body: Buffer) {
  try {
    return readPush(body);
  } catch {
    throw new Problem("wrong-request", "the body is not JSON: let the forge send its events as application/json");
  }
}
