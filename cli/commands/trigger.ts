import type { Command } from "@commander-js/extra-typings";
import { CommandError } from "../exit-codes.js";
import { connectGrid, type Context, type GlobalOptions } from "../context.js";
import { formatTable, resultPrinter } from "../table.js";
import { authorOf } from "./admin.js";

/** Triggers: automatic submissions. */
export function addTrigger(program: Command<[], GlobalOptions>, context: Context): void {
  const grid = () => connectGrid(program.opts(), context);
  const show = resultPrinter(context.print);
  const trigger = program
    .command("trigger")
    .description("submit automatically: on a schedule, or when commits are pushed");

  trigger
    .command("create")
    .description("create a trigger; one for pushes prints its address and the secret for the forge")
    .argument("<name>")
    .argument("<url>", "the address of a git repository")
    .requiredOption("--owner <address>", "gets the mail if the source cannot be fetched")
    .option("--cron <line...>", 'times, such as "30 2 * * 1-5"')
    .option("--time-zone <name>", "the time zone of the times", "UTC")
    .option("--on-push <branch...>", 'submit what is pushed to these branches; patterns such as "release/*"')
    .option("--revision <ref>", "the revision that the schedule submits (default: HEAD)")
    .option("--path <folder>", "the folder of the suite file")
    .option("--project <name>")
    .option("--tests <test...>", "only these tests")
    .option("--tell <address...>", "also notify these addresses")
    .option("--supersede", "end older jobs of the project and branch that have not run")
    .option("--json")
    .action(async (name, url, options) => {
      if ((options.cron === undefined) === (options.onPush === undefined))
        throw new CommandError("give --cron for times, or --on-push for pushes");
      const { cron, timeZone, onPush, owner, revision, path, project, tests, tell, supersede, json } = options;
      const made = await grid().createTrigger({
        name,
        source: { url, ...(revision === undefined ? {} : { revision }), ...(path === undefined ? {} : { path }) },
        owner,
        by: authorOf(context.env),
        ...(cron === undefined ? {} : { schedule: { cron, timeZone } }),
        ...(onPush === undefined ? {} : { push: { branches: onPush } }),
        ...(project === undefined ? {} : { project }),
        ...(tests === undefined ? {} : { tests }),
        ...(tell === undefined ? {} : { tell }),
        ...(supersede === undefined ? {} : { supersede }),
      });
      show(json, made, made.push === null ? made.triggerId : `${made.push.address}\n${made.secret}`);
      if (json !== true) context.printProgress(`trigger ${made.triggerId}`);
    });

  trigger
    .command("list")
    .option("--json")
    .action(async ({ json }) => {
      const list = await grid().triggers();
      const lines = list.triggers.map(({ triggerId, name, source, schedule, push, nextAt, ...last }) => [
        triggerId,
        name,
        source.url,
        schedule === null
          ? `pushes to ${push?.branches.join(", ")}`
          : `${schedule.cron.join("; ")} ${schedule.timeZone}`,
        nextAt[0] ?? "",
        last.lastError ?? last.lastSubmissionId ?? "never",
      ]);
      const heads = ["id", "name", "source", "when", "next", "last"];
      show(json, list, lines.length === 0 ? "no triggers" : formatTable(heads, lines));
    });

  trigger
    .command("run")
    .description("submit the source of a trigger now")
    .argument("<id>")
    .option("--json")
    .action(async (triggerId, { json }) => {
      const made = await grid().runTrigger(triggerId);
      show(json, made, made.submissionId ?? made.note ?? "");
    });

  trigger
    .command("delete")
    .argument("<id>")
    .action(async (triggerId) => {
      const { name } = await grid().deleteTrigger(triggerId);
      context.print(`trigger ${name} is deleted`);
    });
}
