import { type Command, Option } from "@commander-js/extra-typings";
import { mailWhens } from "../../domain/mail-policy.js";
import { connectGrid, type Context, type GlobalOptions } from "../context.js";
import { authorOf } from "./admin.js";

/** Who is told what. */
export function addMail(program: Command<[], GlobalOptions>, context: Context): void {
  const grid = () => connectGrid(program.opts(), context);
  const show = (json: boolean | undefined, value: unknown, text: string) =>
    context.print(json === true ? JSON.stringify(value, null, 2) : text);

  program
    .command("preferences")
    .description("say, or set, of which jobs an address wants to hear, whoever submits them")
    .argument("<address>")
    .addOption(new Option("--when <which>", "of all jobs, only of failures, or only of changes").choices(mailWhens))
    .option("--reset", "leave it to suite files and submissions again")
    .option("--json")
    .action(async (address, { when, reset, json }) => {
      const isAsked = when === undefined && reset !== true;
      const preference = isAsked
        ? await grid().preference(address)
        : await grid().setPreference(address, { when: when ?? null, by: authorOf(context.env) });
      show(json, preference, `${address} hears of ${preference.when ?? "what suite files and submissions say"}`);
    });
}
