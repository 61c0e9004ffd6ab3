import { randomBytes, randomUUID } from "node:crypto";
import type { Router } from "express";
import { recordAudit } from "../../db/access/audit.js";
import { readGridConfig } from "../../db/grid/grid-config.js";
import { deleteTrigger, insertTrigger, readTrigger, type StoredTrigger } from "../../db/triggers/triggers.js";
import { projectOfRepository, type TriggeredSource } from "../../domain/jobs/trigger.js";
import { seal } from "../../source/credentials.js";
import { assertAddressAllowed, defaultPolicy } from "../../source/fetch/fetch-policy.js";
import { deleteTriggerSchedule, ensureTriggerSchedule, WrongScheduleError } from "../../workflows/starting.js";
import { submitNow } from "../answers/triggered.js";
import { readTriggerList, triggerView } from "../answers/trigger-list.js";
import type { ApiDependencies } from "../dependencies.js";
import { createEndpoints } from "../endpoint.js";
import { caller, signed } from "../requests/caller.js";
import { assertOwn, assertProject } from "../requests/ownership.js";
import { Problem } from "../requests/problem.js";
import { readAddress } from "../requests/repository-address.js";

/** Triggers: automatic submissions. */
export function triggerRoutes(dependencies: ApiDependencies): Router {
  const { database, client, newId, access, secretKey, isLocal, publicUrl, log } = dependencies;
  const { router, handle } = createEndpoints(access);

  handle("listTriggers", async () => ({ triggers: await readTriggerList(dependencies, caller().project) }));

  handle("createTrigger", async ({ body: { name, source, schedule, push, by, ...wanted }, request }) => {
    const config = await readGridConfig(database);
    const { url, credentials } = readAddress(source.url);
    assertAddressAllowed(url, config.sources ?? defaultPolicy(isLocal));
    const project = wanted.project ?? caller().project ?? projectOfRepository(url);
    assertProject(project);
    const submission: TriggeredSource = {
      url,
      revision: source.revision,
      path: source.path,
      depth: source.depth ?? null,
      owner: wanted.owner,
      project,
      tests: wanted.tests ?? null,
      tell: wanted.tell,
      supersede: wanted.supersede ?? null,
      mail: wanted.mail,
    };
    const secret = push === undefined ? null : randomBytes(24).toString("base64url");
    const trigger = {
      triggerId: newId(),
      name,
      submission,
      credentials: credentials === null ? null : seal(credentials, secretKey),
      cron: schedule?.cron ?? null,
      timeZone: schedule?.timeZone ?? null,
      branches: push?.branches ?? null,
      secret: secret === null ? null : seal(secret, secretKey),
      tokenId: caller().tokenId,
      createdBy: by,
    };
    const key = request.get("Idempotency-Key") ?? null;
    await database.transaction().execute(async (transaction) => {
      if (!(await insertTrigger(transaction, trigger, key)))
        throw new Problem("repeated-request", "this trigger was created already, and its secret is not shown again");
      await recordAudit(transaction, by, "create trigger", `trigger:${trigger.triggerId}`, `${name}: ${url}`);
      // Temporal checks the times. If this process dies now, the schedule finds no trigger at its first time and is deleted.
      if (schedule !== undefined) await keepTimes(trigger.triggerId, name, schedule);
    });
    return { ...triggerView(trigger, publicUrl), secret };
  });

  handle("deleteTrigger", async ({ params: { triggerId } }) => {
    const trigger = await findOwn(triggerId);
    await database.transaction().execute(async (transaction) => {
      await deleteTrigger(transaction, triggerId);
      await recordAudit(transaction, signed(undefined), "delete trigger", `trigger:${triggerId}`, trigger.name);
    });
    if (trigger.cron !== null) await deleteTriggerSchedule(client, triggerId).catch(log);
    return triggerView(trigger, publicUrl);
  });

  handle("runTrigger", async ({ params: { triggerId }, request }) => {
    const trigger = await findOwn(triggerId);
    const key = `run ${triggerId} ${request.get("Idempotency-Key") ?? randomUUID()}`;
    return submitNow(dependencies, trigger, { key, revision: trigger.submission.revision });
  });

  async function keepTimes(
    triggerId: string,
    name: string,
    schedule: { cron: string[]; timeZone: string },
  ): Promise<void> {
    try {
      await ensureTriggerSchedule(client, { triggerId, name, ...schedule });
    } catch (error) {
      if (error instanceof WrongScheduleError) throw new Problem("wrong-request", `schedule.cron: ${error.message}`);
      log(error);
      throw new Problem("temporal-away", "Temporal, which stores the schedule, does not answer now; try again later");
    }
  }

  async function findOwn(triggerId: string): Promise<StoredTrigger> {
    const trigger = await readTrigger(database, triggerId);
    if (trigger === undefined) throw new Problem("unknown-trigger", `there is no trigger ${triggerId}`);
    assertProject(trigger.submission.project);
    assertOwn({ submitter: trigger.tokenId, owner: trigger.submission.owner }, `trigger ${triggerId}`);
    return trigger;
  }

  return router;
}
