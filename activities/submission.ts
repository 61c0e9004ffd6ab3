import { ApplicationFailure, Context } from "@temporalio/activity";
import { ApplicationFailureCategory } from "@temporalio/common";
import { mkdtemp, rm } from "node:fs/promises";
import { join } from "node:path";
import { readGridConfig } from "../db/grid.js";
import { queueMail } from "../db/outbox.js";
import { changeSubmission, insertJobs, readSubmission } from "../db/submissions.js";
import { readSuiteText, storeSource } from "../db/sources.js";
import { joinBranch } from "../db/supersession.js";
import { FileError } from "../domain/files/located-yaml.js";
import { assertKnownServices, parseSuiteFile } from "../domain/files/suite-file.js";
import { type FailureIdentifier, isFailureIdentifier } from "../domain/failures.js";
import { defineJobs } from "../domain/job-definition.js";
import { submissionPage } from "../mail/links.js";
import { rejectionMail } from "../mail/rejection.js";
import { checkOut, UnreachableError } from "../source/git.js";
import { packFolder } from "../source/pack.js";
import { checkPacked, SourceError } from "../source/packed.js";
import { startJob } from "../workflows/starting.js";
import type { ControlDependencies } from "./dependencies.js";

export function createSubmissionActivities({ database, client, scratch, publicUrl, newId }: ControlDependencies) {
  /** Fetches, checks and stores the source of a git submission. What is the user's is not retried. */
  async function fetchSource({
    submissionId,
  }: {
    submissionId: string;
  }): Promise<{ revision: string; sourceHash: string }> {
    const submission = await readSubmission(database, submissionId);
    if (submission?.source_url == null)
      throw userFailure("user/wrong-source", `there is no git submission ${submissionId}`);
    const config = await readGridConfig(database);
    const folder = await mkdtemp(join(scratch, "fetch-"));
    try {
      const revision = await checkOut(submission.source_url, submission.revision, folder);
      const content = await packFolder(folder);
      const { sourceHash, suiteText } = await checkPacked(content, config.limits.source);
      const suite = parseSuiteFile(suiteText);
      assertKnownServices(suite, Object.keys(config.services));
      assertKnownTests(submission.tests, Object.keys(suite.value.tests));
      await storeSource(database, { sourceHash, content, suiteFile: suiteText });
      const project = suite.value.project ?? submission.project;
      await changeSubmission(database, submissionId, {
        state: "fetching",
        revision,
        sourceHash,
        project,
        owner: suite.value.owner,
        mailSuite: suite.value.mail,
        ...(submission.supersede === null ? { supersede: suite.value.supersede } : {}),
      });
      return { revision, sourceHash };
    } catch (error) {
      if (error instanceof FileError) throw userFailure("user/wrong-suite-file", error.message);
      if (error instanceof SourceError) throw userFailure(error.identifier, error.message);
      if (!(error instanceof UnreachableError)) throw error;
      await changeSubmission(database, submissionId, {
        state: "held",
        failureIdentifier: "infra/repository-unreachable",
        reason: error.message,
      });
      const attempt = Context.current().info.attempt;
      throw ApplicationFailure.create({
        message: `${error.message} (try ${attempt})`,
        type: "infra/repository-unreachable",
        category: ApplicationFailureCategory.BENIGN,
        cause: error,
      });
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  }

  /** Makes the jobs of a fetched submission and starts them. Called again it adds nothing. */
  async function expandSubmission({ submissionId }: { submissionId: string }): Promise<void> {
    const submission = await readSubmission(database, submissionId);
    if (submission?.source_hash == null) throw new Error(`submission ${submissionId} has no source yet`);
    const suite = parseSuiteFile((await readSuiteText(database, submission.source_hash)) ?? "");
    const jobs = await database.transaction().execute(async (transaction) => {
      await joinBranch(transaction, submissionId);
      const isFirst = await changeSubmission(transaction, submissionId, { state: "expanded" });
      const definitions = defineJobs(suite.value, submission.tests).map((definition) => ({
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
