import type { Command } from "@commander-js/extra-typings";
import { connectGrid, type Context, type GlobalOptions } from "../context.js";
import { formatTable, resultPrinter } from "../table.js";
import { authorOf } from "./admin.js";

/** Secrets of projects, which their tests get as environment variables. */
export function addSecret(program: Command<[], GlobalOptions>, context: Context): void {
  const grid = () => connectGrid(program.opts(), context);
  const show = resultPrinter(context.print);
  const secret = program.command("secret").description("secrets that tests get as environment variables");

  secret
    .command("set")
    .description("store a secret of a project; its value is read from standard input")
    .argument("<project>")
    .argument("<name>", "an environment variable, such as NPM_TOKEN")
    .option("--json")
    .action(async (project, name, { json }) => {
      const value = (await context.readInput()).replace(/\r?\n$/, "");
      const stored = await grid().setSecret(project, name, value, authorOf(context.env));
      show(json, stored, `tests of project ${project} that name the secret ${name} get it`);
    });

  secret
    .command("list")
    .description("the names of all secrets; nothing shows their values")
    .option("--json")
    .action(async ({ json }) => {
      const list = await grid().secrets();
      const lines = list.secrets.map((one) => [
        one.project,
        one.name,
        one.updatedBy,
        one.updatedAt,
        one.lastUsedAt ?? "never",
      ]);
      const text = formatTable(["project", "name", "set by", "at", "last used"], lines);
      show(json, list, lines.length === 0 ? "no secrets" : text);
    });

  secret
    .command("delete")
    .description("delete a secret; jobs that name it wait until it is set again")
    .argument("<project>")
    .argument("<name>")
    .option("--json")
    .action(async (project, name, { json }) => {
      show(json, await grid().deleteSecret(project, name), `secret ${name} of project ${project} is deleted`);
    });
}
