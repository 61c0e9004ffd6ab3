import { readFileSync } from "node:fs";
import { dirname, resolve } from "node:path";
import type { Command } from "@commander-js/extra-typings";
import type { GridConfig } from "../../domain/config/grid-file.js";
import { connectGrid, type Context, type GlobalOptions } from "../context.js";
import { CommandError } from "../exit-codes.js";
import { authorOf } from "./admin.js";

export function addApply(program: Command<[], GlobalOptions>, context: Context): void {
  program
    .command("apply")
    .description("apply a grid.yaml to a running grid; if it has a mistake, nothing changes")
    .argument("<file>")
    .option("--dry-run", "only show what would change")
    .option("--json")
    .action(async (file, { dryRun = false, json }) => {
      const { parseGridFile } = await import("../../domain/config/parse-grid.js");
      const { locatePaths } = await import("../../source/grid-paths.js");
      const { packGridTests } = await import("../../source/pack-grid-tests.js");
      const text = readNamed(file);
      const folder = dirname(resolve(file));
      const parsed = parseGridFile(file, text);
      const config = locatePaths(parsed, folder);
      const signatures = await readSignatures(parsed, folder);
      const grid = connectGrid(program.opts(), context);
      const sources: Record<string, string> = {};
      for (const { key, content } of await packGridTests(config)) sources[key] = await grid.upload(content);
      const answer = await grid.apply({
        file,
        folder,
        text,
        sources,
        ...signatures,
        dryRun,
        by: authorOf(context.env),
      });
      const changes = answer.changes.map((change) => `  ${change}`).join("\n");
      if (json === true) context.print(JSON.stringify(answer, null, 2));
      else if (answer.changes.length === 0) context.print("nothing is different");
      else context.print(`${dryRun ? "would change" : "changed"}:\n${changes}`);
      if (answer.refused.length > 0) throw new CommandError(answer.refused.join("\n"));
    });
}

/** Reads the signature file that grid.yaml names, because the grid cannot read it. @throws FileError, CommandError */
async function readSignatures(
  config: GridConfig,
  folder: string,
): Promise<{ signatures?: { file: string; text: string } }> {
  const { parseSignatureFile, signatureFileOf } = await import("../../domain/config/signature-file.js");
  const named = signatureFileOf(config);
  if (named === null) return {};
  const file = resolve(folder, named);
  const text = readNamed(file);
  parseSignatureFile(file, text);
  return { signatures: { file, text } };
}

/** @throws CommandError */
export function readNamed(file: string): string {
  try {
    return readFileSync(file, "utf8");
  } catch (error) {
    throw new CommandError(`${file} cannot be read: ${(error as Error).message}`);
  }
}
