import express, { Router } from "express";
import type { z } from "zod";
import { readGridConfig } from "../../db/grid.js";
import { readFacts } from "../../db/machines.js";
import { readSource, readSuiteText, storeSource } from "../../db/sources.js";
import {
  findByIdempotencyKey,
  insertJobs,
  insertSubmission,
  type NewJob,
  readSubmission,
} from "../../db/submissions.js";
import {
  suiteFileName,
  assertKnownFacts,
  assertKnownServices,
  parseSuiteFile,
  type Suite,
} from "../../domain/files/suite-file.js";
import { defineJobs } from "../../domain/job-definition.js";
import { joinBranch } from "../../db/supersession.js";
import { roles } from "../../domain/roles.js";
import { submissionPage } from "../../mail/links.js";
import { AddressError, parseAddress } from "../../source/address.js";
import { seal } from "../../source/credentials.js";
import { checkPacked } from "../../source/packed.js";
import { submissionWorkflowId } from "../../workflows/messages.js";
import { startJob, startSubmission } from "../../workflows/starting.js";
import type { ApiDependencies } from "../dependencies.js";
import { Problem } from "../problem.js";
import { submissionRequest, uploadQuery } from "../schemas.js";

/** An upload is packed, so that it may be smaller than what it holds, never much larger. */
const largestUploadBytes = 2 ** 30;

export function submissionRoutes(dependencies: ApiDependencies): Router {
  const { database, client, publicUrl, newId, access, log, secretKey } = dependencies;
  const router = Router();

  router.put("/sources", express.raw({ type: () => true, limit: largestUploadBytes }), async (request, response) => {
    const { limits } = await readGridConfig(database);
    const { path } = uploadQuery.parse(request.query);
    const content = request.body as Buffer;
    const { sourceHash, suiteText } = await checkPacked(content, limits.source, path);
    await storeSource(database, { sourceHash, content, suiteFile: suiteText, path });
    response.json({ sourceHash });
  });

  router.get("/sources/:sourceHash", access.only(...roles), async (request, response) => {
    const content = await readSource(database, String(request.params.sourceHash));
    if (content === undefined) throw new Problem(404, "unknown-source", "this source is not stored");
    response.type("application/gzip").send(content);
  });

  router.post("/submissions", async (request, response) => {
    const wanted = submissionRequest.parse(request.body);
    const key = request.get("Idempotency-Key") ?? null;
    const earlier = key === null ? undefined : await findByIdempotencyKey(database, key);
    const submissionId = earlier?.submission_id ?? (await submit(wanted, key));
    response.status(201).json(await view(submissionId));
  });

  router.get("/submissions/:submissionId", async (request, response) => {
    response.json(await view(request.params.submissionId));
  });

  router.post("/submissions/:submissionId/cancel", async (request, response) => {
    const { submissionId } = request.params;
    const submission = await readSubmission(database, submissionId);
    if (submission === undefined)
      throw new Problem(404, "unknown-submission", `there is no submission ${submissionId}`);
    if (submission.state !== "fetching" && submission.state !== "held")
      throw new Problem(409, "submission-ended", `submission ${submissionId} is ${submission.state}; cancel its jobs`);
    await client.workflow.getHandle(submissionWorkflowId(submissionId)).cancel();
    response.status(202).json(await view(submissionId));
  });

  async function submit(wanted: z.output<typeof submissionRequest>, idempotencyKey: string | null): Promise<string> {
    const config = await readGridConfig(database);
    const { source } = wanted;
    const submissionId = newId();
    const base = {
      submissionId,
      idempotencyKey,
      branch: wanted.branch ?? "main",
      isBranchGiven: wanted.branch !== undefined,
      sourcePath: source.path,
      tests: wanted.tests ?? null,
      tell: wanted.tell,
      noticeAfterMs: wanted.noticeAfter ?? null,
      mailAsked: wanted.mail,
    };
    if (source.kind === "git") {
      const [owner] = [wanted.owner, ...wanted.tell];
      if (owner === undefined)
        throw new Problem(422, "no-owner", "say who is told if the source cannot be fetched: give `owner` or `tell`");
      const { url, credentials } = readAddress(source.url);
      const project =
        wanted.project ??
        url
          .replace(/\/+$/, "")
          .replace(/\.git$/, "")
          .split(/[/:]/)
          .at(-1) ??
        url;
      const isNew = await insertSubmission(database, {
        ...base,
        owner,
        project,
        branch: wanted.branch ?? source.revision,
        revision: source.revision,
        sourceKind: "git",
        sourceUrl: url,
        sourceDepth: source.depth ?? null,
        sourceHash: null,
        state: "fetching",
        reason: "waits for a control worker to fetch it",
        credentials: credentials === null ? null : seal(credentials, secretKey),
        supersede: wanted.supersede ?? null,
      });
      if (!isNew) return findWinner(idempotencyKey);
      await startQuietly(startSubmission(client, submissionId, config.hold.budget));
      return submissionId;
    }
    const suiteText = await readSuiteText(database, source.sourceHash, source.path);
    if (suiteText === undefined)
      throw new Problem(
        422,
        "unknown-source",
        "no source with this hash is stored; upload it first with PUT /api/v1/sources",
      );
    const suite = parseSuiteFile(suiteText);
    assertKnownServices(suite, Object.keys(config.services));
    assertKnownFacts(suite, await readFacts(database));
    assertKnownTests(suite.value, wanted.tests);
    const owner = wanted.owner ?? suite.value.owner;
    const project = suite.value.project ?? wanted.project ?? "upload";
    const jobs: NewJob[] = defineJobs(suite.value, wanted.tests ?? null, source.path).map((definition) => ({
      jobId: newId(),
      definition,
    }));
    const isNew = await database.transaction().execute(async (transaction) => {
      const submission = {
        ...base,
        owner,
        project,
        revision: source.sourceHash,
        sourceCommit: source.commit ?? null,
        sourceKind: "upload",
        sourceUrl: null,
        sourceHash: source.sourceHash,
        state: "expanded",
        mailSuite: suite.value.mail,
        supersede: wanted.supersede ?? suite.value.supersede,
      } as const;
      if (!(await insertSubmission(transaction, submission))) return false;
      await joinBranch(transaction, submissionId);
      await insertJobs(transaction, submissionId, jobs);
      return true;
    });
    if (!isNew) return findWinner(idempotencyKey);
    await Promise.all(
      jobs.map(({ jobId, definition }) => startQuietly(startJob(client, { jobId, test: definition.test, owner }))),
    );
    return submissionId;
  }

  /** The job stands in the database: what can't be started now is started by the reconciler. */
  async function startQuietly(starting: Promise<void>): Promise<void> {
    await starting.catch(log);
  }

  async function findWinner(idempotencyKey: string | null): Promise<string> {
    const winner = idempotencyKey === null ? undefined : await findByIdempotencyKey(database, idempotencyKey);
    if (winner === undefined) throw new Problem(409, "repeated-request", "the same request is being carried out");
    return winner.submission_id;
  }

  async function view(submissionId: string) {
    const submission = await readSubmission(database, submissionId);
    if (submission === undefined)
      throw new Problem(404, "unknown-submission", `there is no submission ${submissionId}`);
    const jobs = await database
      .selectFrom("jobs")
      .select(["job_id", "test", "variant", "state", "verdict", "abort_reason"])
      .where("submission_id", "=", submissionId)
      .orderBy("job_id")
      .execute();
    return {
      submissionId,
      state: submission.state,
      reason: submission.reason,
      note: submission.note,
      failureIdentifier: submission.failure_identifier,
      owner: submission.owner,
      project: submission.project,
      branch: submission.branch,
      revision: submission.revision,
      submittedAt: submission.submitted_at.toISOString(),
      jobs: jobs.map(({ job_id, abort_reason, ...job }) => ({ jobId: job_id, ...job, abortReason: abort_reason })),
      links: { page: submissionPage(publicUrl, submissionId) },
    };
  }

  return router;
}

function readAddress(text: string): ReturnType<typeof parseAddress> {
  try {
    return parseAddress(text);
  } catch (error) {
    if (error instanceof AddressError) throw new Problem(422, "wrong-address", `source.url ${error.message}`);
    throw error;
  }
}

function assertKnownTests(suite: Suite, wanted: readonly string[] | undefined): void {
  const known = Object.keys(suite.tests);
  const missing = (wanted ?? []).filter((test) => !known.includes(test));
  if (missing.length > 0)
    throw new Problem(
      422,
      "unknown-test",
      `${suiteFileName} has no test ${missing.join(", ")}; it has ${known.join(", ")}`,
    );
}
