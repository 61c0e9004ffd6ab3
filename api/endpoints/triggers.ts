import { randomBytes, randomUUID } from "node:crypto";
import type { Router } from "express";
import { recordAudit } from "../../db/access/audit.js";
import { readGridConfig } from "../../db/grid/grid-config.js";
import { insertTriggeredSubmission, type Occasion } from "../../db/triggers/triggered-submission.js";
import {
  deleteTrigger,
  insertTrigger,
  readTrigger,
  readTriggers,
  type StoredTrigger,
  type TriggerView,
} from "../../db/triggers/triggers.js";
import { projectOfRepository, type TriggeredSource } from "../../domain/jobs/trigger.js";
import { matchesPattern } from "../../domain/requirements/pattern.js";
import { seal, unseal } from "../../source/credentials.js";
import { assertAddressAllowed, defaultPolicy } from "../../source/fetch/fetch-policy.js";
import { isSigned, readPush } from "../../source/push-event.js";
import {
  deleteTriggerSchedule,
  ensureTriggerSchedule,
  nextTimesOfTriggers,
  startSubmission,
  WrongScheduleError,
} from "../../workflows/starting.js";
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

  handle("listTriggers", async () => {
    const [triggers, next] = await Promise.all([
      readTriggers(database, caller().project),
      // What is stored can be read while Temporal is away.
      nextTimesOfTriggers(client).catch(() => new Map<string, string[]>()),
    ]);
    return {
      triggers: triggers.map(({ lastAt, lastSubmissionId, lastError, createdBy, createdAt, ...trigger }) => ({
        ...view(trigger),
        createdBy,
        createdAt,
        nextAt: next.get(trigger.triggerId) ?? [],
        lastAt,
        lastSubmissionId,
        lastError,
      })),
    };
  });

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
        throw new Problem("repeated-request", "this trigger was made already, and its secret is not shown again");
      await recordAudit(transaction, by, "create trigger", `trigger:${trigger.triggerId}`, `${name}: ${url}`);
      // Temporal checks the times. If this process dies now, the schedule finds no trigger, and is deleted at its first time.
      if (schedule !== undefined) await keepTimes(trigger.triggerId, name, schedule);
    });
    return { ...view(trigger), secret };
  });

  handle("deleteTrigger", async ({ params: { triggerId } }) => {
    const trigger = await findOwn(triggerId);
    await database.transaction().execute(async (transaction) => {
      await deleteTrigger(transaction, triggerId);
      await recordAudit(transaction, signed(undefined), "delete trigger", `trigger:${triggerId}`, trigger.name);
    });
    if (trigger.cron !== null) await deleteTriggerSchedule(client, triggerId).catch(log);
    return view(trigger);
  });

  handle("runTrigger", async ({ params: { triggerId }, request }) => {
    const trigger = await findOwn(triggerId);
    const key = `run ${triggerId} ${request.get("Idempotency-Key") ?? randomUUID()}`;
    return submit(trigger, { key, revision: trigger.submission.revision });
  });

  handle("pushToTrigger", async ({ params: { triggerId }, body, request }) => {
    const trigger = await readTrigger(database, triggerId);
    if (trigger?.secret == null || trigger.branches === null)
      throw new Problem("unknown-trigger", `there is no trigger ${triggerId} that waits for pushes`);
    if (!isSigned(body, (name) => request.get(name), unseal<string>(trigger.secret, secretKey)))
      throw new Problem("wrong-signature", "the signature is missing, or was made with another secret");
    const { branch, commit, before } = parse(body);
    const nothing = (note: string) => ({ submissionId: null, note });
    if (branch === null) return nothing("this is no push to a branch");
    if (commit === null) return nothing(`the branch ${branch} was deleted`);
    if (!trigger.branches.some((pattern) => matchesPattern(branch, pattern)))
      return nothing(`the branch ${branch} is none of ${trigger.branches.join(", ")}`);
    return submit(trigger, { key: `push ${triggerId} ${branch} ${before} ${commit}`, revision: commit, branch });
  });

  async function submit(trigger: StoredTrigger, occasion: Occasion) {
    const submissionId = await insertTriggeredSubmission(database, trigger, occasion, newId);
    if (submissionId === undefined)
      return { submissionId: null, note: "the token that made this trigger may not submit any more" };
    const { hold } = await readGridConfig(database);
    // It is stored: if it cannot be started now, the reconciler starts it.
    await startSubmission(client, submissionId, hold.budget).catch(log);
    return { submissionId, note: null };
  }

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
      throw new Problem("temporal-away", "Temporal, which keeps the times, does not answer now; try again later");
    }
  }

  async function findOwn(triggerId: string): Promise<StoredTrigger> {
    const trigger = await readTrigger(database, triggerId);
    if (trigger === undefined) throw new Problem("unknown-trigger", `there is no trigger ${triggerId}`);
    assertProject(trigger.submission.project);
    assertOwn({ submitter: trigger.tokenId, owner: trigger.submission.owner }, `trigger ${triggerId}`);
    return trigger;
  }

  type Shown = Pick<TriggerView, "triggerId" | "name" | "submission" | "cron" | "timeZone" | "branches">;
  function view({ triggerId, name, submission, cron, timeZone, branches }: Shown) {
    const { url, revision, path, owner, project } = submission;
    return {
      triggerId,
      name,
      source: { url, revision, path },
      owner,
      project,
      schedule: cron === null ? null : { cron, timeZone: timeZone ?? "UTC" },
      push: branches === null ? null : { branches, address: `${publicUrl}/api/v1/triggers/${triggerId}/push` },
    };
  }

  return router;
}

function parse(body: Buffer) {
  try {
    return readPush(body);
  } catch {
    throw new Problem("wrong-request", "the body is no JSON: let the forge send its events as application/json");
  }
}
