import { execFile } from "node:child_process";
import { randomUUID } from "node:crypto";
import { existsSync } from "node:fs";
import { userInfo } from "node:os";
import { setTimeout as sleep } from "node:timers/promises";
import { basename, resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { promisify } from "node:util";
import type { Command } from "@commander-js/extra-typings";
import type { GridClient, Submission, SubmissionRequest } from "../../client/grid-client.js";
import { parseDuration } from "../../domain/time/duration.js";
import { mailForms, mailWhens, type MailWish } from "../../domain/mail/mail-policy.js";
import { formatCount } from "../../domain/reports/downtime-wording.js";
import { testTitle } from "../../domain/jobs/variant.js";
import type { PackedFolder } from "../../source/pack/pack.js";
import { branchName, commitBranch } from "../../source/fetch/revision.js";
import { connectGrid, type Context, type GlobalOptions } from "../context.js";
import { CommandError } from "../exit-codes.js";
import { followSubmission } from "../follow.js";
import { noteLast } from "../profiles.js";

/** How long `submit` waits until the code is read, so that it can name the tests whose code could not be read. */
const warningsMs = 2_000;

/** If there are more jobs, reading their code takes too long to wait here. The pages of the jobs show the warnings. */
const mostWaitedFor = 100;

/** At most this many warnings are printed. */
const mostWarnings = 20;

const execute = promisify(execFile);

export function addSubmit(program: Command<[], GlobalOptions>, context: Context): void {
  program
    .command("submit")
    .description("submit a folder or a git repository")
    .argument("<directory|git url>")
    .option("--revision <revision>", "branch, tag, commit or full ref name of the repository")
    .option("--path <folder>", "the folder of the suite file within the source, such as packages/a")
    .option("--depth <commits>", "number of commits of history to include, 0 for all", "50")
    .option("--branch <name>", "the branch for the history of the tests (default: the branch that is submitted)")
    .option("-v, --verbose", "also list the files that .gitignore leaves out")
    .option("--test <name...>", "only these tests")
    .option("--tell <address...>", "also notify these addresses")
    .option("--notice-after <duration>", "notify me of jobs that are held for longer than this, such as 2h")
    .option("--mail <word...>", "which mails to send: all, failures or changes; one by one (jobs), digest or auto")
    .option("--supersede", "end older jobs of this project and branch that have not run")
    .option("--wait", "wait until all jobs have ended; exit 0 pass, 1 fail, 2 abort")
    .option("--wait-for <duration>", "wait at most this long, then exit with 75", "14d")
    .option("--exit-on-skip <code>", "exit code of --wait if tests were skipped and all others passed", "0")
    .option("--json", "print what the API returns")
    .action(async (target, options) => {
      const waitMs = parseDuration(options.waitFor);
      if (waitMs === undefined)
        throw new CommandError(`--wait-for ${options.waitFor} is not a duration; write one such as 2h`);
      const depth = Number(options.depth);
      if (!/^\d+$/.test(options.depth) || depth > 1_000_000)
        throw new CommandError(`--depth ${options.depth} is not a number of commits`);
      const skippedExit = Number(options.exitOnSkip);
      if (!/^\d+$/.test(options.exitOnSkip) || skippedExit > 255)
        throw new CommandError(`--exit-on-skip ${options.exitOnSkip} is not an exit code from 0 to 255`);
      const grid = connectGrid(program.opts(), context);
      const source = { target, revision: options.revision, path: options.path ?? "", depth };
      const submission = await submitSource(grid, source, context, options.verbose === true, {
        ...(options.branch === undefined ? {} : { branch: options.branch }),
        ...(options.test === undefined ? {} : { tests: options.test }),
        ...(options.tell === undefined ? {} : { tell: options.tell }),
        ...(options.noticeAfter === undefined ? {} : { noticeAfter: options.noticeAfter }),
        ...(options.mail === undefined ? {} : { mail: parseWish(options.mail) }),
        ...(options.supersede === undefined ? {} : { supersede: options.supersede }),
      });
      noteLast(context.env, submission.submissionId);
      context.print(options.json === true ? JSON.stringify(submission, null, 2) : describeSubmission(submission));
      for (const line of describeWarnings(await warningsOf(grid, submission))) context.printProgress(line);
      if (options.wait === true)
        process.exitCode = await followSubmission(
          grid,
          submission.submissionId,
          waitMs,
          context.printProgress,
          skippedExit,
        );
    });
}

/** The warnings from reading the code of each test. Waits a little for them, if the jobs exist already and are few. */
async function warningsOf(grid: GridClient, submission: Submission): Promise<Submission["warnings"]> {
  let last = submission;
  const isRead = () => last.jobs.length > mostWaitedFor || last.jobs.every(({ state }) => state !== "analysing");
  for (const deadline = Date.now() + warningsMs; !isRead() && Date.now() < deadline;) {
    await sleep(100);
    last = await grid.submission(submission.submissionId).catch(() => last);
  }
  return last.warnings;
}

function describeWarnings(warnings: Submission["warnings"]): string[] {
  const more = warnings.length - mostWarnings;
  return [
    ...warnings.slice(0, mostWarnings).map(({ test, text }) => `${test}: ${text}`),
    ...(more > 0
      ? [`and ${formatCount(more, "more warning")}; \`holdfast why <job>\` shows the warning of each job`]
      : []),
  ];
}

/** @throws CommandError for an unknown word, or two that contradict each other */
function parseWish(words: readonly string[]): MailWish {
  const wish: MailWish = {};
  for (const word of words.flatMap((one) => one.split(","))) {
    const when = mailWhens.find((known) => known === word);
    const as = mailForms.find((known) => known === word);
    if (when === undefined && as === undefined)
      throw new CommandError(`--mail ${word}: write ${[...mailWhens, ...mailForms].join(", ")}`);
    if ((when !== undefined && wish.when !== undefined) || (as !== undefined && wish.as !== undefined))
      throw new CommandError(
        `--mail ${words.join(" ")}: one of ${mailWhens.join(", ")}, and one of ${mailForms.join(", ")}`,
      );
    if (when !== undefined) wish.when = when;
    if (as !== undefined) wish.as = as;
  }
  return wish;
}

interface SourceToSubmit {
  target: string;
  revision: string | undefined;
  /** The folder of the suite file within the source; empty for its root. */
  path: string;
  /** How many commits of history to include; 0 for all. */
  depth: number;
}

/** Packs and uploads a directory, or names a repository. @throws CommandError, SourceError */
async function submitSource(
  grid: GridClient,
  { target, revision, path, depth }: SourceToSubmit,
  context: Context,
  isVerbose: boolean,
  extra: Partial<SubmissionRequest>,
): Promise<Submission> {
  const isFolder = existsSync(target);
  if (!isFolder && !isGitUrl(target)) throw new CommandError(`${target} is neither a directory nor a git url`);
  if (isFolder && revision === undefined)
    return submitFolder(grid, { folder: resolve(target), path, depth }, context, isVerbose, extra);
  const url = isFolder ? pathToFileURL(resolve(target)).href : target;
  const owner = (await git(".", "config", "user.email")) ?? `${userInfo().username}@localhost`;
  const source = { kind: "git", url, revision: revision ?? "HEAD", path, depth } as const;
  return grid.submit({ ...extra, source, owner }, randomUUID());
}

/** Packs and uploads a directory. @throws SourceError */
export async function submitFolder(
  grid: GridClient,
  { folder, path, depth }: { folder: string; path: string; depth: number },
  { printProgress }: Context,
  isVerbose: boolean,
  extra: Partial<SubmissionRequest>,
): Promise<Submission> {
  const { packWorkingTree } = await import("../../source/pack/pack.js");
  const packed = await packWorkingTree(folder, depth);
  for (const line of describePacked(packed, isVerbose)) printProgress(line);
  const sourceHash = await grid.upload(packed.content, path);
  const { branch, commit } = await placeInHistory(folder);
  const source = { kind: "upload", sourceHash, path, ...(commit === undefined ? {} : { commit }) } as const;
  return grid.submit({ project: basename(folder), branch, ...extra, source }, randomUUID());
}

function describePacked({ ignored, notes }: PackedFolder, isVerbose: boolean): string[] {
  if (ignored.length === 0) return notes;
  const count = `left out by .gitignore: ${ignored.length} ${ignored.length === 1 ? "file or folder" : "files and folders"}`;
  return [
    ...notes,
    ...(isVerbose ? [`${count}:`, ...ignored.map((name) => `  ${name}`)] : [`${count} (-v lists them)`]),
  ];
}

/** The branch and commit of a working tree. A tag or commit that is checked out without a branch has its own history. */
async function placeInHistory(folder: string): Promise<{ branch: string; commit: string | undefined }> {
  const commit = await git(folder, "rev-parse", "--verify", "--quiet", "HEAD^{commit}");
  const branch = await git(folder, "symbolic-ref", "--short", "--quiet", "HEAD");
  if (branch !== undefined || commit === undefined) return { branch: branch ?? "main", commit };
  const tag = await git(folder, "describe", "--exact-match", "--tags", "HEAD");
  return { branch: tag === undefined ? commitBranch(commit) : branchName(`refs/tags/${tag}`), commit };
}

function isGitUrl(text: string): boolean {
  return /^(https?|ssh|git|file):\/\//.test(text) || /^[\w.-]+@[\w.-]+:/.test(text);
}

async function git(folder: string, ...args: string[]): Promise<string | undefined> {
  return execute("git", ["-C", folder, ...args]).then(
    ({ stdout }) => stdout.trim() || undefined,
    () => undefined,
  );
}

function describeSubmission({ submissionId, state, jobs, links }: Submission): string {
  const lines = jobs.map(({ jobId, test, variant }) => `  ${jobId}  ${testTitle(test, variant)}`);
  return [
    `submission ${submissionId}: ${jobs.length === 0 ? state : formatCount(jobs.length, "job")}`,
    ...lines,
    `  ${links.page}`,
  ].join("\n");
}
