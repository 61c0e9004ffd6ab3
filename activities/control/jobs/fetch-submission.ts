import { ApplicationFailure, Context } from "@temporalio/activity";
import { ApplicationFailureCategory } from "@temporalio/common";
import { mkdtemp, rm } from "node:fs/promises";
import { join } from "node:path";
import { countOpenJobs, tooManyOpen } from "../../../db/jobs/start-turns.js";
import { readGridConfig } from "../../../db/grid/grid-config.js";
import { readFacts } from "../../../db/machines/machines.js";
import { queueMail } from "../../../db/mail/outbox.js";
import { changeSubmission, insertJobs, noteProgress, readSubmission } from "../../../db/jobs/submissions.js";
import { readSuiteText, storeSource } from "../../../db/jobs/sources.js";
import { joinBranch } from "../../../db/jobs/supersession.js";
import { FileError } from "../../../domain/config/located-yaml.js";
import type { GridConfig } from "../../../domain/config/grid-file.js";
import { type FailureIdentifier, isFailureIdentifier } from "../../../domain/failures/failures.js";
import { submissionUrl } from "../../../mail/page-urls.js";
import { rejectionMail } from "../../../mail/notices/rejection.js";
import { checkOut } from "../../../source/fetch/check-out.js";
import { GitError } from "../../../source/fetch/git-command.js";
import { defaultDepth, packCheckOut } from "../../../source/pack/pack.js";
import { UnreachableError } from "../../../source/fetch/unreachable.js";
import { unseal } from "../../../source/credentials.js";
import { assertAddressAllowed, defaultPolicy } from "../../../source/fetch/fetch-policy.js";
import { SourceError, tooLarge } from "../../../source/pack/packed.js";
import { assertMayRun, userFailure } from "./submission-rights.js";
import type { ControlDependencies } from "../dependencies.js";
import { watchDisk } from "../../agent/sandbox/disk-watch.js";
import { stopOf, withHeartbeat } from "../../heartbeat.js";
import { hostOf } from "../../../source/address.js";
import { KeyedLimit } from "../../../source/keyed-limit.js";

type SubmissionRow = NonNullable<Awaited<ReturnType<typeof readSubmission>>>;

/** The limits of simultaneous fetches: a repository that never answers must not block the others. */
const fetchesPerHost = 12;
const fetchesPerRepository = 3;
/** The limit of whole sources that this process holds in memory at the same time. */
const packedAtOnce = 2;
/** How large the history of a source may be, in addition to the source. */
const historyBytes = 64 * 2 ** 20;

export function createSubmissionActivities(dependencies: ControlDependencies) {
  const { database, scratch, publicUrl, newId, secretKey, intake, fetchProxy, isLocal } = dependencies;
  const perHost = new KeyedLimit(fetchesPerHost);
  const perRepository = new KeyedLimit(fetchesPerRepository);
  const packing = new KeyedLimit(packedAtOnce);

  /** Fetches, checks and stores the source of a git submission. A mistake of the user is not retried. */
  async function fetchSource({
    submissionId,
  }: {
    submissionId: string;
  }): Promise<{ revision: string; sourceHash: string }> {
    return withHeartbeat(() => fetchForHost(submissionId, stopOf()));
  }

  async function fetchForHost(submissionId: string, stop: AbortSignal) {
    const submission = await readSubmission(database, submissionId);
    if (submission?.sourceUrl == null)
      throw userFailure("user/wrong-source", `there is no git submission ${submissionId}`);
    const url = submission.sourceUrl;
    // If a worker was killed after it had stored the source and removed its credentials, the stored source is the answer.
    if (submission.sourceHash !== null) return { revision: submission.revision, sourceHash: submission.sourceHash };
    const host = hostOf(url);
    // Waiting must not block fetches from other hosts: the activity fails and is retried in a moment.
    if (perHost.isFull(host) || perRepository.isFull(url)) {
      await noteProgress(database, submissionId, `waits for other fetches from ${host}`);
      throw ApplicationFailure.create({
        message: `waits for other fetches from ${host}`,
        type: "Busy",
        category: ApplicationFailureCategory.BENIGN,
        nextRetryDelay: "2s",
      });
    }
    return perRepository.run(url, () => perHost.run(host, () => fetchAndStore(submission, url, stop)));
  }

  async function fetchAndStore(submission: SubmissionRow, url: string, stop: AbortSignal) {
    const submissionId = submission.submissionId;
    const folder = await mkdtemp(join(scratch, "fetch-"));
    const config = await readGridConfig(database);
    const policy = config.sources ?? defaultPolicy(isLocal);
    const exit = fetchProxy.open(policy);
    const mostBytes = 4 * config.limits.source + historyBytes;
    // The size of submodules is known only after they were fetched.
    const sizeExceeded = new AbortController();
    const endWatch = watchDisk(folder, mostBytes, () => sizeExceeded.abort());
    try {
      assertAddressAllowed(url, policy);
      await noteProgress(database, submissionId, `fetches ${submission.revision} from ${url}`);
      const depth = submission.sourceDepth ?? defaultDepth;
      const credentials = submission.credentials === null ? null : unseal(submission.credentials, secretKey);
      const { commit, branch, note } = await checkOut({
        url,
        revision: submission.revision,
        folder,
        depth,
        credentials,
        exit,
        limitBytes: config.limits.source,
        largestFileBytes: mostBytes,
        stop: AbortSignal.any([stop, sizeExceeded.signal]),
      });
      await noteProgress(database, submissionId, `packs ${commit} of ${url}`);
      return await packing.run("", async () => {
        const packed = await packCheckOut(folder, { commit, depth, scratch, limitBytes: config.limits.source });
        return store(config, submission, { content: packed.content, commit, branch, note });
      });
    } catch (error) {
      if (sizeExceeded.signal.aborted)
        throw userFailure("user/source-too-large", tooLarge(config.limits.source).message);
      if (error instanceof FileError) throw userFailure("user/wrong-suite-file", error.message);
      if (error instanceof SourceError) throw userFailure(error.identifier, error.message);
      if (!(error instanceof UnreachableError || error instanceof GitError)) throw error;
      // The message is Holdfast's own, because git's text would reveal whether something listens there.
      const refusal = exit.refusal();
      if (refusal !== undefined) throw userFailure("user/wrong-source", `${url}: ${refusal}`);
      if (isTooLarge(error)) throw userFailure("user/source-too-large", tooLarge(config.limits.source).message);
      throw await hold(submissionId, error);
    } finally {
      endWatch();
      exit.close();
      await rm(folder, { recursive: true, force: true });
    }
  }

  async function store(
    config: GridConfig,
    submission: SubmissionRow,
    { content, commit, branch, note }: { content: Buffer; commit: string; branch: string; note: string | null },
  ) {
    const path = submission.sourcePath;
    const { sourceHash, suiteText } = await intake.check(content, config.limits.source, path);
    const suite = await intake.define({
      suiteText,
      place: path,
      only: submission.tests,
      grid: { services: Object.keys(config.services), facts: await readFacts(database) },
      mostJobs: config.limits.jobs,
    });
    const project = suite.project ?? submission.project;
    await assertMayRun(database, submission, project, suite.definitions);
    await storeSource(database, { sourceHash, content, suiteFile: suiteText, path });
    await changeSubmission(database, submission.submissionId, {
      state: "fetching",
      reason: "makes its jobs",
      revision: commit,
      sourceHash,
      project,
      owner: suite.owner,
      mailSuite: suite.mail,
      note,
      refusal: null,
      ...(submission.isBranchGiven ? {} : { branch }),
      ...(submission.supersede === null ? { supersede: suite.supersede } : {}),
    });
    return { revision: commit, sourceHash };
  }

  /** Shows why the submission waits. Returns the error that makes Temporal try again. */
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

  /** Creates the jobs of a fetched submission. Idempotent. */
  async function expandSubmission({ submissionId }: { submissionId: string }): Promise<void> {
    return withHeartbeat(() => expand(submissionId));
  }

  async function expand(submissionId: string): Promise<void> {
    const submission = await readSubmission(database, submissionId);
    if (submission?.sourceHash == null) throw new Error(`submission ${submissionId} has no source yet`);
    const path = submission.sourcePath;
    const suiteText = (await readSuiteText(database, submission.sourceHash, path)) ?? "";
    // The grid may have changed since the check: that is no reason to refuse the submission.
    const suite = await intake.define({
      suiteText,
      place: path,
      only: submission.tests,
      grid: null,
      mostJobs: Number.MAX_SAFE_INTEGER,
    });
    const { limits } = await readGridConfig(database);
    const open = (await countOpenJobs(database, submission.submitter)) + suite.definitions.length;
    if (submission.state !== "expanded" && open > limits["open-jobs"])
      throw userFailure("user/too-many-jobs", tooManyOpen(open, limits["open-jobs"]));
    await database.transaction().execute(async (transaction) => {
      await joinBranch(transaction, submissionId);
      const isFirst = await changeSubmission(transaction, submissionId, { state: "expanded" });
      const jobs = suite.definitions.map((definition) => ({ jobId: newId(), definition }));
      if (isFirst) await insertJobs(transaction, submissionId, jobs, "in turn");
    });
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
        source: submission.sourceUrl ?? submission.project,
        revision: submission.revision,
        page: submissionUrl(publicUrl, submissionId),
      });
      await queueMail(transaction, { ...mail, recipients: [...new Set([submission.owner, ...submission.tell])] });
    });
  }

  return { fetchSource, expandSubmission, rejectSubmission };
}

/** Whether git ended because of the limit of file sizes. */
function isTooLarge(error: Error): boolean {
  const said = `${error.message} ${(error as Partial<GitError>).stderr ?? ""} ${String((error.cause as Partial<GitError>)?.stderr)}`;
  return /File too large|signal 25|SIGXFSZ/.test(said);
}
