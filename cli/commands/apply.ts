import { readFileSync } from "node:fs";
import { dirname, resolve } from "node:path";
import type { Command } from "@commander-js/extra-typings";
import { parseGridFile } from "../../domain/files/parse-grid.js";
import { locatePaths } from "../../source/grid-paths.js";
import { packMonitors } from "../../source/monitors.js";
import { connectGrid, type Context, type GlobalOptions } from "../context.js";
import { CommandError } from "../exit-codes.js";
import { authorOf } from "./admin.js";

export function addApply(program: Command<[], GlobalOptions>, context: Context): void {
  program
    .command("apply")
    .description("make a grid.yaml the configuration of a running grid; a mistake changes nothing")
    .argument("<file>")
    .option("--dry-run", "only say what would change")
    .option("--json")
    .action(async (file, { dryRun = false, json }) => {
      const text = readText(file);
      const folder = dirname(resolve(file));
      const config = locatePaths(parseGridFile(file, text), folder);
      const grid = connectGrid(program.opts(), context);
      const sources: Record<string, string> = {};
      for (const { key, content } of await packMonitors(config)) sources[key] = await grid.upload(content);
      const answer = await grid.apply({ file, folder, text, sources, dryRun, by: authorOf(context.env) });
      if (json === true) return context.print(JSON.stringify(answer, null, 2));
      const changes = answer.changes.map((change) => `  ${change}`).join("\n");
      if (answer.changes.length === 0) context.print("nothing is different");
      else context.print(`${dryRun ? "would change" : "changed"}:\n${changes}`);
    });
}

function readText(file: string): string {
  try {
    return readFileSync(file, "utf8");
  } catch (error) {
    throw new CommandError(`${file} cannot be read: ${(error as Error).message}`);
  }
}
