import { randomUUID } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import type { Command } from "@commander-js/extra-typings";
import type { GridClient, Job, Why } from "../../client/grid-client.js";
import { ApiError } from "../../client/requests.js";
import { outcomeTexts } from "../../domain/verdict/outcome-text.js";
import { formatDuration } from "../../domain/time/duration.js";
import { describeUse } from "../../domain/requirements/service-use.js";
import { formatCount } from "../../domain/reports/downtime-wording.js";
import { testTitle } from "../../domain/jobs/variant.js";
import { connectGrid, type Context, type GlobalOptions } from "../context.js";
import { doubtLines, verifyingLines } from "../doubts.js";
import { describe } from "../follow.js";
import { formatTable } from "../table.js";

const pollMs = 400;

export function addJobs(program: Command<[], GlobalOptions>, context: Context): void {
  const { print } = context;
  const grid = () => connectGrid(program.opts(), context);

  program
    .command("jobs")
    .description("list jobs, newest first")
    .option("--state <state>")
    .option("--verdict <verdict>")
    .option("--test <name>")
    .option("--owner <address>")
    .option("--project <name>")
    .option("--branch <name>")
    .option("--revision <commit>")
    .option("--machine <name>", "only jobs that ran on this machine")
    .option("--service <name>", "only jobs that were held for this service")
    .option("--label <label>", "only jobs with this label of a known line in their logs")
    .option("--from <time>", "submitted at this time or later, such as 2027-01-31T08:00:00Z")
    .option("--to <time>", "submitted before this time")
    .option("--submission <id>")
    .option("--monitors", "also list the jobs that watch services")
    .option("--before <jobId>", "the next page: jobs older than this one")
    .option("--limit <count>", "list at most this many", "50")
    .option("--json")
    .action(async ({ json, monitors, ...filter }) => {
      const list = await grid().jobs(monitors === true ? { ...filter, monitors: "true" } : filter);
      print(
        json === true
          ? JSON.stringify(list, null, 2)
          : formatTable(["job", "test", "state", "verdict", "project", "submitted"], list.jobs.map(lineOf)),
      );
    });

  program
    .command("job")
    .description("show a job")
    .argument("<job>")
    .option("--follow", "print its log until it ends")
    .option("--json")
    .action(async (jobId, options) => {
      const client = grid();
      const job = await client.job(jobId);
      if (options.follow === true) await followLog(client, job, print);
      else print(options.json === true ? JSON.stringify(job, null, 2) : describeJob(job));
    });

  program
    .command("why")
    .description("explain why a job or submission waits, is held, or got its verdict")
    .argument("<job>")
    .option("--json")
    .action(async (jobId, options) => {
      const client = grid();
      const why = await unlessUnknown(client.why(jobId));
      if (why !== undefined) return print(options.json === true ? JSON.stringify(why, null, 2) : describeWhy(why));
      const { state, reason, ...submission } = await client.submission(jobId);
      print(
        options.json === true
          ? JSON.stringify({ state, reason, ...submission }, null, 2)
          : `submission ${state}: ${reason ?? formatCount(submission.jobs.length, "job")}`,
      );
    });

  program
    .command("cancel")
    .description("cancel a job, or a submission that has no jobs yet")
    .argument("<job>")
    .option("--json")
    .action(async (jobId, options) => {
      const client = grid();
      const cancelled =
        (await unlessUnknown(client.cancel(jobId, "the command line"))) ?? (await client.cancelSubmission(jobId));
      print(options.json === true ? JSON.stringify(cancelled, null, 2) : `${jobId} will be cancelled`);
    });

  program
    .command("skip-wait")
    .description("confirm a failure now, without waiting because many tests failed at once")
    .argument("<job>")
    .option("--json")
    .action(async (jobId, options) => {
      const job = await grid().skipWait(jobId);
      print(
        options.json === true ? JSON.stringify(job, null, 2) : `${jobId} is confirmed as soon as a machine is free`,
      );
    });

  program
    .command("rerun")
    .description("submit the same source, test and variant again")
    .argument("<job>")
    .option("--json")
    .action(async (jobId, options) => {
      const job = await grid().rerun(jobId, randomUUID());
      print(options.json === true ? JSON.stringify(job, null, 2) : `job ${job.jobId}\n${describeJob(job)}`);
    });
}

/** Undefined if there is no such job. The id may be that of a submission. */
async function unlessUnknown<T>(asked: Promise<T>): Promise<T | undefined> {
  return asked.catch((error: unknown) => {
    if (error instanceof ApiError && error.code === "unknown-job") return undefined;
    throw error;
  });
}

function lineOf({ jobId, test, variant, state, verdict, project, submittedAt }: Job): string[] {
  return [jobId, testTitle(test, variant), state, verdict ?? "", project, submittedAt];
}

function describeJob(job: Job): string {
  const attempts = job.attempts.map((attempt) => {
    const { number, purpose, machine, companion, outcome, failureIdentifier, startedAt, endedAt } = attempt;
    const place = companion === null ? "" : `, for comparison, as job ${companion}`;
    const took = endedAt === null ? "" : ` after ${formatDuration(Date.parse(endedAt) - Date.parse(startedAt))}`;
    return `  attempt ${number} (${purpose}${place}) on ${machine}: ${outcome === null ? "runs" : outcomeTexts[outcome]}${took}${failureIdentifier === null ? "" : ` ${failureIdentifier}`}`;
  });
  const holds = job.holds.map(({ detail, since, until }) => `  held from ${since} to ${until ?? "now"}: ${detail}`);
  return [
    describe(job),
    `  ${job.project} (${job.branch}) @ ${job.revision}, for ${job.owner}`,
    ...holds,
    ...attempts,
    ...doubtLines(job),
    `  ${job.links.page}`,
  ].join("\n");
}

function describeWhy(why: Why): string {
  const {
    summary,
    reasons,
    holdBudget,
    runbooks,
    machines,
    requirements,
    analysis,
    use,
    recommend,
    evidence,
    changes,
  } = why;
  const lines = [summary, ...reasons.map((reason) => `  - ${reason}`), ...verifyingLines(why)];
  for (const { service, runbook } of runbooks) lines.push(`Runbook of ${service}: ${runbook}`);
  if (holdBudget !== null) lines.push(holdBudget.text);
  if (changes.length > 0) lines.push("What changed:", ...changes.map(({ name, value }) => `  - ${name}: ${value}`));
  if (requirements.length > 0) lines.push("It requires:");
  for (const { requirement, origin, chain } of requirements) {
    lines.push(
      `  - ${requirement} (${origin}${chain.length === 0 ? "" : `: ${chain.map(({ name, file, line }) => `${name} at ${file}:${line}`).join(" → ")}`})`,
    );
  }
  if (recommend.length > 0) lines.push(`It can use, but does not need: ${recommend.join(", ")}`);
  for (const { requirement, reason } of analysis?.waived ?? []) lines.push(`Waived: ${requirement} (${reason})`);
  if (analysis !== null && analysis.unread !== null) lines.push(`Its code: ${analysis.unread}`);
  if (analysis !== null && analysis.notUnderstood.length > 0)
    lines.push(
      "Not understood in its code:",
      ...analysis.notUnderstood.map(({ file, line, reason }) => `  - ${file}:${line}: ${reason}`),
    );
  if (use !== null) lines.push(...describeUse(use));
  if (machines.length > 0)
    lines.push("Machines:", ...machines.map(({ machine, answer }) => `  - ${machine}: ${answer}`));
  if (evidence.length > 0)
    lines.push(
      "Evidence:",
      ...evidence.map(({ check, detail, result, at }) => `  - ${check}: ${detail} (${result}, ${at})`),
    );
  return lines.join("\n");
}

/** Prints each attempt's log as it comes, until the job has ended. */
async function followLog(grid: GridClient, first: Job, print: (text: string) => void): Promise<void> {
  let shown = { attempt: 0, offset: 0 };
  for (let job = first; ; job = await grid.job(first.jobId)) {
    for (const { number, machine } of job.attempts.filter((attempt) => attempt.number >= shown.attempt)) {
      if (number > shown.attempt) {
        shown = { attempt: number, offset: 0 };
        print(`--- attempt ${number} on ${machine}`);
      }
      const text = await grid.log(job.jobId, number, shown.offset);
      shown.offset += text.length;
      if (text.length > 0) print(text.toString("utf8").replace(/\n$/, ""));
    }
    if (job.verdict !== null) return print(describe(job));
    await sleep(pollMs);
  }
}
