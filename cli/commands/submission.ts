import type { Command } from "@commander-js/extra-typings";
import { parseDuration } from "../../domain/time/duration.js";
import { connectGrid, type Context, type GlobalOptions } from "../context.js";
import { CommandError } from "../exit-codes.js";
import { followSubmission } from "../follow.js";
import { formatTable } from "../table.js";

/** Commands for a submission that was already made. */
export function addSubmission(program: Command<[], GlobalOptions>, context: Context): void {
  const grid = () => connectGrid(program.opts(), context);

  program
    .command("follow")
    .description("wait until all jobs of a submission have ended; exit 0 pass, 1 fail, 2 abort")
    .argument("<submission>", "its id, or @last")
    .option("--wait-for <duration>", "wait at most this long, then exit with 75", "14d")
    .action(async (submissionId, { waitFor }) => {
      const waitMs = parseDuration(waitFor);
      if (waitMs === undefined) throw new CommandError(`--wait-for ${waitFor} is not a duration; write one such as 2h`);
      process.exitCode = await followSubmission(grid(), submissionId, waitMs, context.printProgress);
    });

  program
    .command("submissions")
    .description("list submissions, newest first")
    .option("--owner <address>")
    .option("--project <name>")
    .option("--branch <name>")
    .option("--before <submission>", "the next page: submissions older than this one")
    .option("--limit <count>", "list at most this many", "20")
    .option("--json")
    .action(async ({ json, ...filter }) => {
      const list = await grid().submissions(filter);
      const lines = list.submissions.map(({ submissionId, project, revision, state, counts, submittedAt }) => [
        submissionId,
        project,
        revision.slice(0, 12),
        Object.entries(counts)
          .map(([word, count]) => `${count} ${word}`)
          .join(", ") || state,
        submittedAt,
      ]);
      const heads = ["submission", "project", "revision", "jobs", "submitted"];
      context.print(json === true ? JSON.stringify(list, null, 2) : formatTable(heads, lines));
    });

  program
    .command("results")
    .description("the results of a submission, as JSON or JUnit XML")
    .argument("<submission>", "its id, or @last")
    .option("--junit", "JUnit XML, where aborted jobs are skipped")
    .action(async (submissionId, { junit }) => {
      context.print(
        junit === true
          ? await grid().resultsAsJUnit(submissionId)
          : JSON.stringify(await grid().results(submissionId), null, 2),
      );
    });
}
