import { userInfo } from "node:os";
import type { Command } from "@commander-js/extra-typings";
import type { Grid, PausePreview } from "../../client/grid-client.js";
import { formatScope } from "../../domain/holds/pause.js";
import { formatDuration } from "../../domain/time/duration.js";
import { connectGrid, type Context, type GlobalOptions } from "../context.js";
import { CommandError } from "../exit-codes.js";
import { formatTable, resultPrinter, shorten } from "../table.js";

/** Commands to operate the grid: pause, maintenance, drain, reserve, extend. The audit records each author and reason. */
export function addAdmin(program: Command<[], GlobalOptions>, context: Context): void {
  const { print } = context;
  const grid = () => connectGrid(program.opts(), context);
  const by = authorOf(context.env);
  const show = resultPrinter(print);

  program
    .command("pause")
    .description(
      "hold all jobs, or those that need a service, a machine, or one job: grid, service:x, machine:x, job:x",
    )
    .argument("<scope>")
    .requiredOption("--why <reason>")
    .option("--until <time>", "when it ends")
    .option("--for <duration>", "how long it lasts, such as 2h")
    .option("--now", "also stop running attempts; their jobs are held and run again")
    .option("--dry-run", "only show what it would hold")
    .option("--json")
    .action(async (scope, { why: reason, until, for: duration, now = false, dryRun = false, json }) => {
      const request = {
        scope,
        reason,
        by,
        now,
        ...(until === undefined ? {} : { until }),
        ...(duration === undefined ? {} : { for: duration }),
      };
      if (dryRun) {
        const preview = await grid().previewPause({ ...request, dryRun: true });
        return show(json, preview, describePreview(preview));
      }
      const pause = await grid().pause(request);
      show(json, pause, `${scope} is paused ${pause.until === null ? "until it is resumed" : `until ${pause.until}`}`);
    });

  program
    .command("resume")
    .description("end a pause or maintenance")
    .argument("<scope>")
    .option("--why <reason>", "the reason, for the audit log", "resumed")
    .option("--json")
    .action(async (scope, { why: reason, json }) => {
      const left = await grid().resume({ scope, reason, by });
      show(json, left, `${scope} is resumed`);
    });

  program
    .command("maintenance")
    .description("plan a time in which the grid, a service or a machine is not available, without an alarm")
    .argument("[scope]")
    .option("--from <time>")
    .option("--until <time>")
    .option("--why <reason>")
    .option("--end <id>", "cancel a planned one or end a running one; `pauses` shows the ids")
    .option("--json")
    .action(async (scope, { from, until, why: reason, end, json }) => {
      if (end !== undefined) {
        const ended = await grid().cancelPause(end, { reason: reason ?? "cancelled", by });
        return show(json, ended, `${formatScope(ended)}: its maintenance is cancelled`);
      }
      if (scope === undefined || from === undefined || until === undefined || reason === undefined)
        throw new CommandError("give a scope, --from, --until and --why; or --end <id>");
      const window = await grid().planMaintenance({ scope, from, until, reason, by });
      show(json, window, `${scope} will be in maintenance from ${window.since} until ${window.until}`);
    });

  program
    .command("pauses")
    .description("list current and planned pauses")
    .option("--past <count>", "also show this many ended ones", "0")
    .option("--json")
    .action(async ({ past, json }) => {
      const { pauses } = await grid().pauses(past);
      const lines = pauses.map(({ pauseId, kind, scope, name, since, until, author, reason, endedAt }) => [
        pauseId,
        kind,
        formatScope({ scope, name }),
        since,
        endedAt ?? until ?? "until it is resumed",
        author,
        shorten(reason),
      ]);
      const table = formatTable(["id", "kind", "what", "since", "until", "by", "why"], lines);
      show(json, { pauses }, lines.length === 0 ? "nothing is paused" : table);
    });

  program
    .command("drain")
    .description("let a machine finish its attempts and take no more jobs")
    .argument("<machine>")
    .requiredOption("--why <reason>")
    .option("--json")
    .action(async (machine, { why: reason, json }) => {
      show(json, await grid().drain(machine, { draining: true, reason, by }), `${machine} takes no more jobs`);
    });

  program
    .command("undrain")
    .description("let a machine take jobs again")
    .argument("<machine>")
    .option("--why <reason>", "the reason, for the audit log", "back in use")
    .option("--json")
    .action(async (machine, { why: reason, json }) => {
      const answer = await grid().drain(machine, { draining: false, reason, by });
      const { pauses } = await grid().grid();
      const pause = pauses.find(({ scope, name }) => scope === "machine" && name === machine);
      show(
        json,
        answer,
        pause === undefined
          ? `${machine} takes jobs again`
          : `${machine} no longer drains, but ${describePause(pause)}`,
      );
    });

  program
    .command("reserve")
    .description("keep a machine free of jobs for a time")
    .argument("<machine>")
    .requiredOption("--for <duration>")
    .option("--why <reason>", "the reason, for the audit log", "reserved")
    .option("--json")
    .action(async (machine, { for: duration, why, json }) => {
      const request = { scope: `machine:${machine}`, reason: why, by, for: duration };
      const pause = await grid().pause(request);
      show(json, pause, `${machine} is reserved until ${pause.until}; the attempts that run there may finish`);
    });

  program
    .command("extend")
    .description("give a job more hold budget")
    .argument("<job>")
    .requiredOption("--for <duration>", "how much more, such as 2d")
    .option("--why <reason>", "the reason, for the audit log")
    .option("--json")
    .action(async (jobId, { for: duration, why, json }) => {
      const extended = await grid().extend(jobId, { for: duration, by, ...(why === undefined ? {} : { reason: why }) });
      show(json, extended, `${jobId} may be held for another ${formatDuration(extended.leftMs)}`);
    });
}

function describePause({ kind, author, reason, until }: Grid["pauses"][number]): string {
  const how = kind === "pause" ? "is paused" : "is in maintenance";
  return `${how} by ${author} ${until === null ? "until it is resumed" : `until ${until}`}: ${shorten(reason)}`;
}

/** The author that the audit records. */
export function authorOf(env: NodeJS.ProcessEnv): string {
  try {
    return userInfo().username;
  } catch {
    return env["USER"] ?? "the command line";
  }
}

function describePreview({ scope, jobs, owners, next, running }: PausePreview): string {
  const line = ({ jobId, test, owner }: PausePreview["next"][number]) => `  ${jobId}  ${test}  ${owner}`;
  return [
    `pausing ${scope} would hold ${jobs} jobs that could run now${jobs === 0 ? "" : `: ${owners.map(({ owner, jobs: count }) => `${owner} ${count}`).join(", ")}`}`,
    ...(next.length === 0 ? [] : ["these would have run next:", ...next.map(line)]),
    ...(running.length === 0
      ? ["none of these jobs runs now"]
      : ["these run now; they continue unless you add --now:", ...running.map(line)]),
  ].join("\n");
}
