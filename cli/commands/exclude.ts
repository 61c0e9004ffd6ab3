import type { Command } from "@commander-js/extra-typings";
import { connectGrid, type Context, type GlobalOptions } from "../context.js";
import { CommandError } from "../exit-codes.js";
import { formatTable } from "../table.js";
import { authorOf } from "./admin.js";

/** Commands that change which tests run on which machines, while the grid runs. */
export function addExclude(program: Command<[], GlobalOptions>, context: Context): void {
  const { print } = context;
  const by = authorOf(context.env);
  program
    .command("exclude")
    .description("keep tests off machines; without options it lists the rules, with --end it ends one")
    .option("--tests <pattern>", "such as checkout*")
    .option("--variants <pattern>", "such as browser=firefox")
    .option("--machines <pattern>", "such as beta,gamma")
    .option("--fact <name=pattern...>", "only machines with this fact, such as os=fedora-*")
    .option("--why <reason>")
    .option("--until <time>")
    .option("--dry-run", "only show what the rule would do")
    .option("--end <id>", "end a rule")
    .option("--json")
    .action(async ({ tests, variants, machines, fact, why, until, dryRun = false, end, json }) => {
      const grid = connectGrid(program.opts(), context);
      const show = (value: unknown, text: string) => print(json === true ? JSON.stringify(value, null, 2) : text);
      if (end !== undefined) {
        const ended = await grid.endExclusion(end, { reason: why ?? "no longer needed", by });
        return show(ended, `exclusion ${end} is no longer in effect`);
      }
      const isRule = [tests, variants, machines, fact].some((given) => given !== undefined);
      if (!isRule) {
        const list = await grid.exclusions();
        const lines = list.exclusions.map(({ exclusionId, rule, author, stale }) => [
          exclusionId ?? "",
          rule.tests ?? "*",
          rule.variants ?? "",
          [rule.machines ?? "*", ...Object.entries(rule.facts ?? {}).map(([name, value]) => `${name}=${value}`)].join(
            " ",
          ),
          rule.until ?? "",
          author,
          rule.reason,
          stale ?? "",
        ]);
        const head = ["id", "tests", "variants", "machines", "until", "by", "why", "stale"];
        return show(list, lines.length === 0 ? "nothing is excluded" : formatTable(head, lines));
      }
      if (why === undefined) throw new CommandError("--why is missing: each job that the rule holds shows this reason");
      const made = await grid.exclude({
        reason: why,
        by,
        dryRun,
        ...(tests === undefined ? {} : { tests }),
        ...(variants === undefined ? {} : { variants }),
        ...(machines === undefined ? {} : { machines }),
        ...(until === undefined ? {} : { until }),
        ...(fact === undefined ? {} : { facts: Object.fromEntries(fact.map(splitFact)) }),
      });
      if (dryRun) return show(made, `would change:\n  ${made.changes.join("\n  ")}`);
      const where =
        made.machines.length === 0 ? "from no machine that the grid has now" : `from ${made.machines.join(", ")}`;
      show(made, `excluded ${where}; \`holdfast exclude --end ${made.exclusionId}\` takes it back`);
    });
}

function splitFact(text: string): [string, string] {
  const [name = "", ...pattern] = text.split("=");
  if (name === "" || pattern.length === 0) throw new CommandError(`--fact ${text}: write <name>=<pattern>`);
  return [name, pattern.join("=")];
}
