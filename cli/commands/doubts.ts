import type { Command } from "@commander-js/extra-typings";
import type { FalseAlarms } from "../../client/grid-client.js";
import { testTitle } from "../../domain/jobs/variant.js";
import { falseAlarmText } from "../../domain/verdict/false-alarms.js";
import { connectGrid, type Context, type GlobalOptions } from "../context.js";
import { CommandError } from "../exit-codes.js";
import { formatTable } from "../table.js";
import { authorOf } from "./admin.js";
import { moment, momentForms } from "./downtime.js";

/** Commands about false alarms: claim, answer, rate. */
export function addDoubts(program: Command<[], GlobalOptions>, context: Context): void {
  const { print } = context;
  const grid = () => connectGrid(program.opts(), context);
  const by = authorOf(context.env);

  program
    .command("not-my-code")
    .description("say that a failure is not about the code; admins answer with --agree or --disagree")
    .argument("<job>")
    .requiredOption("--why <reason>")
    .option("--name <name>", "who says so", by)
    .option("--agree", "as an admin: it was a false alarm")
    .option("--disagree", "as an admin: it is the code")
    .option("--json")
    .action(async (jobId, { why, name, agree = false, disagree = false, json }) => {
      if (agree && disagree) throw new CommandError("say either --agree or --disagree");
      const isAnswer = agree || disagree;
      const job = isAnswer
        ? await grid().answerNotMyCode(jobId, { ruling: agree ? "agree" : "disagree", why, by: name })
        : await grid().claimNotMyCode(jobId, { why, name });
      if (json === true) return print(JSON.stringify(job, null, 2));
      print(
        isAnswer
          ? `${job.jobId} ${agree ? "counts as a false alarm" : "still counts as a failure of the code"}`
          : `recorded; the admins are notified, and ${job.jobId} shows their answer`,
      );
    });

  program
    .command("false-alarms")
    .description("how many alarms were false in the last 7 days or in an interval")
    .option("--from <time>", momentForms, moment)
    .option("--to <time>", momentForms, moment)
    .option("--json")
    .action(async ({ json, ...interval }) => {
      const report = await grid().falseAlarms(interval);
      print(json === true ? JSON.stringify(report, null, 2) : textOf(report));
    });
}

function textOf(report: FalseAlarms): string {
  const rows = report.doubted.map(({ jobId, test, variant, claimed, ruling, reopened, finishedAt }) => [
    jobId,
    testTitle(test, variant),
    claimed ? "not my code" : "",
    ruling === null ? "" : `an admin ${ruling}s`,
    reopened === "none" ? "" : reopened === "open" ? "runs again" : `run again: ${reopened}`,
    finishedAt,
  ]);
  return [
    `${report.from} – ${report.to}`,
    `false alarms: ${falseAlarmText(report)}`,
    `  ${report.claimed} claimed not to be the code: admins agree with ${report.agreed}, disagree with ${report.disagreed}`,
    `  ${report.reopened} run again after an outage was recorded later: ${report.passedOnReopening} passed, ${report.failedAgain} failed again`,
    ...(rows.length === 0 ? [] : ["", formatTable(["job", "test", "claim", "answer", "reopened", "told"], rows)]),
  ].join("\n");
}
