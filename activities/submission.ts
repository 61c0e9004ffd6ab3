import { ApplicationFailure, Context } from "@temporalio/activity";
import { ApplicationFailureCategory } from "@temporalio/common";
import { mkdtemp, rm } from "node:fs/promises";
import { join } from "node:path";
import { readGridConfig } from "../db/grid.js";
import { readFacts } from "../db/machines.js";
import { queueMail } from "../db/outbox.js";
import { changeSubmission, insertJobs, noteProgress, readSubmission } from "../db/submissions.js";
import { readSuiteText, storeSource } from "../db/sources.js";
import { joinBranch } from "../db/supersession.js";
import { FileError } from "../domain/files/located-yaml.js";
import type { GridConfig } from "../domain/files/grid-file.js";
import { assertKnownFacts, assertKnownServices, parseSuiteFile } from "../domain/files/suite-file.js";
import { type FailureIdentifier, isFailureIdentifier } from "../domain/failures.js";
import { defineJobs } from "../domain/job-definition.js";
import { submissionPage } from "../mail/links.js";
import { rejectionMail } from "../mail/rejection.js";
import { checkOut } from "../source/check-out.js";
import { GitError } from "../source/git-command.js";
import { defaultDepth, packCheckOut } from "../source/pack.js";
import { UnreachableError } from "../source/unreachable.js";
import { unseal } from "../source/credentials.js";
import { checkPacked, SourceError } from "../source/packed.js";
import { startJob } from "../workflows/starting.js";
import type { ControlDependencies } from "./dependencies.js";
import { stopOf, withHeartbeat } from "./heartbeat.js";
import { hostOf, KeyedLimit } from "./keyed-limit.js";

type SubmissionRow = NonNullable<Awaited<ReturnType<typeof readSubmission>>>;

/** Fetches at a time: a repository that never answers leaves places for others of its host. */
const fetchesPerHost = 12;
const fetchesPerRepository = 3;

export function createSubmissionActivities(dependencies: ControlDependencies) {
  const { database, client, scratch, publicUrl, newId, secretKey } = dependencies;
  const perHost = new KeyedLimit(fetchesPerHost);
  const perRepository = new KeyedLimit(fetchesPerRepository);

  /** Fetches, checks and stores the source of a git submission. What is the user's is not retried. */
  async function fetchSource({
    submissionId,
  }: {
    submissionId: string;
  }): Promise<{ revision: string; sourceHash: string }> {
    return withHeartbeat(() => fetchForHost(submissionId, stopOf()));
  }

  async function fetchForHost(submissionId: string, stop: AbortSignal) {
    const submission = await readSubmission(database, submissionId);
    if (submission?.source_url == null)
      throw userFailure("user/wrong-source", `there is no git submission ${submissionId}`);
    const url = submission.source_url;
    // Its worker was killed after it had stored the source: that is the answer, and its credentials are gone.
    if (submission.source_hash !== null) return { revision: submission.revision, sourceHash: submission.source_hash };
    const host = hostOf(url);
    const onWait = () => noteProgress(database, submissionId, `waits for other fetches from ${host}`);
    return perRepository.run(url, onWait, () => perHost.run(host, onWait, () => fetchAndStore(submission, url, stop)));
  }

  async function fetchAndStore(submission: SubmissionRow, url: string, stop: AbortSignal) {
    const submissionId = submission.submission_id;
    const folder = await mkdtemp(join(scratch, "fetch-"));
    try {
      await noteProgress(database, submissionId, `fetches ${submission.revision} from ${url}`);
      const depth = submission.source_depth ?? defaultDepth;
      const credentials = submission.credentials === null ? null : unseal(submission.credentials, secretKey);
      const { commit, branch, note } = await checkOut({
        url,
        revision: submission.revision,
        folder,
        depth,
        credentials,
        stop,
      });
      const config = await readGridConfig(database);
      await noteProgress(database, submissionId, `packs ${commit} of ${url}`);
      const packed = await packCheckOut(folder, { commit, depth, scratch, limitBytes: config.limits.source });
      return await store(config, submission, { content: packed.content, commit, branch, note });
    } catch (error) {
      if (error instanceof FileError) throw userFailure("user/wrong-suite-file", error.message);
      if (error instanceof SourceError) throw userFailure(error.identifier, error.message);
      if (!(error instanceof UnreachableError || error instanceof GitError)) throw error;
      throw await hold(submissionId, error);
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  }

  async function store(
    config: GridConfig,
    submission: SubmissionRow,
    { content, commit, branch, note }: { content: Buffer; commit: string; branch: string; note: string | null },
  ) {
    const path = submission.source_path;
    const { sourceHash, suiteText } = await checkPacked(content, config.limits.source, path);
    const suite = parseSuiteFile(suiteText);
    assertKnownServices(suite, Object.keys(config.services));
    assertKnownFacts(suite, await readFacts(database));
    assertKnownTests(submission.tests, Object.keys(suite.value.tests));
    await storeSource(database, { sourceHash, content, suiteFile: suiteText, path });
    await changeSubmission(database, submission.submission_id, {
      state: "fetching",
      reason: "makes its jobs",
      revision: commit,
      sourceHash,
      project: suite.value.project ?? submission.project,
      owner: suite.value.owner,
      mailSuite: suite.value.mail,
      note,
      refusal: null,
      ...(submission.is_branch_given ? {} : { branch }),
      ...(submission.supersede === null ? { supersede: suite.value.supersede } : {}),
    });
    return { revision: commit, sourceHash };
  }

  /** Shows why the submission waits. Returns the error by which Temporal tries again. */
  async function hold(submissionId: string, error: UnreachableError | GitError): Promise<ApplicationFailure> {
    await changeSubmission(database, submissionId, {
      state: "held",
      failureIdentifier: "infra/repository-unreachable",
      reason: error.message,
      refusal: error instanceof UnreachableError ? error.refusal : null,
    });
    const attempt = Context.current().info.attempt;
    return ApplicationFailure.create({
      message: `${error.message} (try ${attempt})`,
      type: "infra/repository-unreachable",
      category: ApplicationFailureCategory.BENIGN,
      cause: error,
    });
  }

  /** Makes the jobs of a fetched submission and starts them. Called again it adds nothing. */
  async function expandSubmission({ submissionId }: { submissionId: string }): Promise<void> {
    return withHeartbeat(() => expand(submissionId));
  }

  async function expand(submissionId: string): Promise<void> {
    const submission = await readSubmission(database, submissionId);
    if (submission?.source_hash == null) throw new Error(`submission ${submissionId} has no source yet`);
    const path = submission.source_path;
    const suite = parseSuiteFile((await readSuiteText(database, submission.source_hash, path)) ?? "");
    const jobs = await database.transaction().execute(async (transaction) => {
      await joinBranch(transaction, submissionId);
      const isFirst = await changeSubmission(transaction, submissionId, { state: "expanded" });
      const definitions = defineJobs(suite.value, submission.tests, path).map((definition) => ({
        jobId: newId(),
        definition,
      }));
      if (isFirst) await insertJobs(transaction, submissionId, definitions);
      return transaction
        .selectFrom("jobs")
        .select(["job_id", "test"])
        .where("submission_id", "=", submissionId)
        .where("verdict", "is", null)
        .execute();
    });
    await Promise.all(
      jobs.map(({ job_id: jobId, test }) => startJob(client, { jobId, test, owner: submission.owner })),
    );
  }

  /** Ends a submission that has no jobs, with one mail. */
  async function rejectSubmission(input: {
    submissionId: string;
    outcome: "rejected" | "cancelled" | "expired";
    failureIdentifier: string;
    reason: string;
  }): Promise<void> {
    const { submissionId, outcome, reason } = input;
    const failureIdentifier: FailureIdentifier | null = isFailureIdentifier(input.failureIdentifier)
      ? input.failureIdentifier
      : null;
    await database.transaction().execute(async (transaction) => {
      if (!(await changeSubmission(transaction, submissionId, { state: outcome, failureIdentifier, reason }))) return;
      const submission = (await readSubmission(transaction, submissionId))!;
      const { mail: sender } = await readGridConfig(transaction);
      const mail = rejectionMail({
        from: sender.from,
        project: submission.project,
        submissionId,
        outcome,
        failureIdentifier,
        reason,
        owner: submission.owner,
        source: submission.source_url ?? submission.project,
        revision: submission.revision,
        page: submissionPage(publicUrl, submissionId),
      });
      await queueMail(transaction, { ...mail, recipients: [...new Set([submission.owner, ...submission.tell])] });
    });
  }

  return { fetchSource, expandSubmission, rejectSubmission };
}

function assertKnownTests(wanted: readonly string[] | null, known: readonly string[]): void {
  const missing = (wanted ?? []).filter((test) => !known.includes(test));
  if (missing.length > 0)
    throw userFailure(
      "user/wrong-suite-file",
      `holdfast.yaml has no test ${missing.join(", ")}; it has ${known.join(", ")}`,
    );
}

function userFailure(type: FailureIdentifier, message: string): ApplicationFailure {
  return ApplicationFailure.create({ message, type, nonRetryable: true, category: ApplicationFailureCategory.BENIGN });
}
