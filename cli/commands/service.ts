import type { Command } from "@commander-js/extra-typings";
import { connectGrid, type Context, type GlobalOptions } from "../context.js";
import { CommandError } from "../exit-codes.js";
import { authorOf } from "./admin.js";

/** Commands that overrule a probe, and that record an outage that the grid did not see. */
export function addService(program: Command<[], GlobalOptions>, context: Context): void {
  const { print } = context;
  const grid = () => connectGrid(program.opts(), context);
  const by = authorOf(context.env);
  const service = program.command("service").description("override the state of a service");

  service
    .command("override")
    .description("override a wrong probe with up or down; `off` ends the override")
    .argument("<service>")
    .argument("<state>")
    .option("--until <time>")
    .option("--for <duration>")
    .option("--why <reason>", "the reason, for the audit log")
    .option("--json")
    .action(async (name, state, { until, for: duration, why, json }) => {
      const isOff = state === "off";
      if (!isOff && state !== "up" && state !== "down") throw new CommandError(`"${state}" is none of up, down, off`);
      if (!isOff && why === undefined) throw new CommandError("--why is missing: the audit log records this reason");
      const answer = isOff
        ? await grid().endOverride(name, { reason: why ?? "its probe is right again", by })
        : await grid().override(name, {
            state: state === "up" ? "up" : "down",
            reason: why ?? "",
            by,
            ...(until === undefined ? {} : { until }),
            ...(duration === undefined ? {} : { for: duration }),
          });
      if (json === true) return print(JSON.stringify(answer, null, 2));
      print(
        isOff ? `${name} follows its probe again` : `${name} counts as ${state} until ${answer.override?.until ?? ""}`,
      );
    });

  program
    .command("outage")
    .description("record an outage")
    .command("record")
    .description("record an outage that no probe saw")
    .argument("<service>")
    .requiredOption("--from <time>")
    .requiredOption("--to <time>")
    .requiredOption("--why <reason>")
    .option("--json")
    .action(async (name, { from, to, why: reason, json }) => {
      const recorded = await grid().recordOutage({ service: name, from, to, reason, by });
      print(json === true ? JSON.stringify(recorded, null, 2) : `recorded: ${name} was down from ${from} to ${to}`);
    });
}
