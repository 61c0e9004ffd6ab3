import { readFile } from "node:fs/promises";
import type { Router } from "express";
import type { z } from "zod";
import { countOpenJobs } from "../../db/jobs/start-turns.js";
import { readGridConfig } from "../../db/grid/grid-config.js";
import { readFacts } from "../../db/machines/machines.js";
import { readSource, readSuiteText, storeSource } from "../../db/jobs/sources.js";
import { insertGitSubmission } from "../../db/jobs/git-submissions.js";
import { insertJobs, insertSubmission, type NewJob, readSubmission } from "../../db/jobs/submissions.js";
import { readJobSummaries, readSubmissionLines, readWarnings } from "../../db/jobs/submission-lists.js";
import { whyJobsGetNoSecrets } from "../../db/access/secrets.js";
import { projectOfRepository } from "../../domain/jobs/trigger.js";
import { secretsFor } from "../../domain/access/secrets.js";
import { joinBranch } from "../../db/jobs/supersession.js";
import { submissionUrl } from "../../mail/page-urls.js";
import { seal } from "../../source/credentials.js";
import { assertAddressAllowed, defaultPolicy } from "../../source/fetch/fetch-policy.js";
import { KeyedLimit } from "../../source/keyed-limit.js";
import { submissionWorkflowId } from "../../workflows/messages.js";
import { startSubmission } from "../../workflows/starting.js";
import { caller } from "../requests/caller.js";
import { assertOwn, assertProject } from "../requests/ownership.js";
import { nextKey } from "../answers/next-page.js";
import type { ApiDependencies } from "../dependencies.js";
import { createEndpoints } from "../endpoint.js";
import { Problem } from "../requests/problem.js";
import { readAddress } from "../requests/repository-address.js";
import { UploadReceiver } from "../requests/receive-upload.js";
import { assertOpenJobLimit, findRepeated, identityOf, type RequestIdentity } from "../requests/request-identity.js";
import type { submissionRequest } from "../schemas/jobs.js";

/** This process holds at most this many whole sources in memory at a time. */
const sourcesInMemory = 2;

export function submissionRoutes(dependencies: ApiDependencies): Router {
  const { database, client, publicUrl, newId, access, log, secretKey, intake, scratch, isLocal } = dependencies;
  const { router, handle } = createEndpoints(access);
  const uploads = new UploadReceiver(database, scratch);
  const storing = new KeyedLimit(sourcesInMemory);

  handle("uploadSource", async ({ query: { path }, request }) => {
    const { limits } = await readGridConfig(database);
    const { sourceHash } = await uploads.receive(request, limits, async (file) => {
      const checked = await intake.check(file, limits.source, path);
      await storing.run("", async () =>
        storeSource(database, { ...checked, content: await readFile(file), suiteFile: checked.suiteText, path }),
      );
      return checked;
    });
    return { sourceHash };
  });

  handle("downloadSource", async ({ params: { sourceHash }, response }) => {
    const content = await storing.run("", () => readSource(database, sourceHash));
    if (content === undefined) throw new Problem("unknown-source", "this source is not stored");
    response.type("application/gzip").send(content);
  });

  handle("submit", async ({ body: wanted, request }) => {
    const identity = identityOf(request);
    const submissionId = (await findRepeated(database, identity)) ?? (await submit(wanted, identity));
    return view(submissionId);
  });

  handle("listSubmissions", async ({ query: filter }) => {
    const submissions = await readSubmissionLines(database, { ...filter, project: caller().project ?? filter.project });
    return {
      submissions: submissions.map((line) => ({
        ...line,
        links: { page: submissionUrl(publicUrl, line.submissionId) },
      })),
      next: nextKey(submissions, filter.limit, ({ submissionId }) => submissionId),
    };
  });

  handle("readSubmission", async ({ params: { submissionId } }) => view(submissionId));

  handle("cancelSubmission", async ({ params: { submissionId } }) => {
    const submission = await readSubmission(database, submissionId);
    if (submission === undefined) throw new Problem("unknown-submission", `there is no submission ${submissionId}`);
    assertOwn(submission, `submission ${submissionId}`);
    if (submission.state !== "fetching" && submission.state !== "held")
      throw new Problem("submission-ended", `submission ${submissionId} is ${submission.state}; cancel its jobs`);
    await client.workflow.getHandle(submissionWorkflowId(submissionId)).cancel();
    return view(submissionId);
  });

  async function submit(wanted: z.output<typeof submissionRequest>, identity: RequestIdentity): Promise<string> {
    const config = await readGridConfig(database);
    const { submitter } = identity;
    const open = await countOpenJobs(database, submitter);
    const { source } = wanted;
    const submissionId = newId();
    const base = {
      submissionId,
      ...identity,
      branch: wanted.branch ?? "main",
      isBranchGiven: wanted.branch !== undefined,
      sourcePath: source.path,
      tests: wanted.tests ?? null,
      tell: wanted.tell,
      noticeAfterMs: wanted.noticeAfter ?? null,
      mailAsked: wanted.mail,
    };
    const { role, project: onlyProject } = caller();
    const secretsOf = secretsFor({ role, project: onlyProject });
    if (wanted.project !== undefined) assertProject(wanted.project);
    if (source.kind === "git") {
      const [owner] = [wanted.owner, ...wanted.tell];
      if (owner === undefined)
        throw new Problem("no-owner", "say who gets the mail if the source cannot be fetched: give `owner` or `tell`");
      assertOpenJobLimit(open + 1, config.limits["open-jobs"]);
      const { url, credentials } = readAddress(source.url);
      assertAddressAllowed(url, config.sources ?? defaultPolicy(isLocal));
      const project = wanted.project ?? onlyProject ?? projectOfRepository(url);
      const isNew = await insertGitSubmission(database, {
        ...base,
        url,
        owner,
        project,
        branch: wanted.branch ?? source.revision,
        revision: source.revision,
        sourceDepth: source.depth ?? null,
        credentials: credentials === null ? null : seal(credentials, secretKey),
        supersede: wanted.supersede ?? null,
        onlyProject,
        secretsOf,
      });
      if (!isNew) return findWinner(identity);
      await startQuietly(startSubmission(client, submissionId, config.hold.budget));
      return submissionId;
    }
    const suiteText = await readSuiteText(database, source.sourceHash, source.path);
    if (suiteText === undefined)
      throw new Problem(
        "unknown-source",
        "no source with this hash is stored; upload it first with PUT /api/v1/sources",
        { status: 422 },
      );
    const suite = await intake.define({
      suiteText,
      place: source.path,
      only: wanted.tests ?? null,
      grid: { services: Object.keys(config.services), facts: await readFacts(database) },
      mostJobs: config.limits.jobs,
    });
    assertOpenJobLimit(open + suite.definitions.length, config.limits["open-jobs"]);
    const owner = wanted.owner ?? suite.owner;
    const project = suite.project ?? wanted.project ?? onlyProject ?? "upload";
    assertProject(project);
    const refusal = await whyJobsGetNoSecrets(database, suite.definitions, { project, secretsOf });
    if (refusal !== undefined) throw new Problem("secrets-refused", refusal);
    const jobs: NewJob[] = suite.definitions.map((definition) => ({ jobId: newId(), definition }));
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
        mailSuite: suite.mail,
        secretsOf,
        supersede: wanted.supersede ?? suite.supersede,
      } as const;
      if (!(await insertSubmission(transaction, submission))) return false;
      await joinBranch(transaction, submissionId);
      await insertJobs(transaction, submissionId, jobs, "in turn");
      return true;
    });
    if (!isNew) return findWinner(identity);
    return submissionId;
  }

  /** The submission is in the database. If it cannot be started now, the reconciler starts it later. */
  async function startQuietly(starting: Promise<void>): Promise<void> {
    await starting.catch(log);
  }

  async function findWinner(identity: RequestIdentity): Promise<string> {
    const winner = await findRepeated(database, identity);
    if (winner === undefined) throw new Problem("repeated-request", "the same request is still being processed");
    return winner;
  }

  async function view(submissionId: string) {
    const submission = await readSubmission(database, submissionId);
    if (submission === undefined) throw new Problem("unknown-submission", `there is no submission ${submissionId}`);
    const jobs = await readJobSummaries(database, submissionId);
    return {
      submissionId,
      state: submission.state,
      reason: submission.reason,
      note: submission.note,
      failureIdentifier: submission.failureIdentifier,
      owner: submission.owner,
      project: submission.project,
      branch: submission.branch,
      revision: submission.revision,
      submittedAt: submission.submittedAt.toISOString(),
      jobs,
      warnings: await readWarnings(database, submissionId),
      links: { page: submissionUrl(publicUrl, submissionId) },
    };
  }

  return router;
}
