import type { Command } from "@commander-js/extra-typings";
import { connectGrid, type Context, type GlobalOptions } from "../context.js";
import { CommandError } from "../exit-codes.js";
import { readNamed } from "./apply.js";

export function addSignatures(program: Command<[], GlobalOptions>, context: Context): void {
  const signatures = program.command("signatures").description("check the labels for lines of logs");
  signatures
    .command("check")
    .description("check that no signature matches the log of an attempt that passed")
    .argument("[file]", "a signatures.yaml; the default is the grid's own signatures")
    .option("--json")
    .action(async (file, { json }) => {
      const text = file === undefined ? undefined : readNamed(file);
      const { parseSignatureFile } = await import("../../domain/config/signature-file.js");
      if (file !== undefined && text !== undefined) parseSignatureFile(file, text);
      const grid = connectGrid(program.opts(), context);
      const answer = await grid.checkSignatures(
        file === undefined || text === undefined ? {} : { signatures: { file, text } },
      );
      if (json === true) context.print(JSON.stringify(answer, null, 2));
      else
        context.print(
          `${answer.signatures} signatures, looked for in the logs of ${answer.attempts} attempts that passed: ${answer.refused.length} found`,
        );
      if (answer.refused.length > 0) throw new CommandError(answer.refused.join("\n"));
    });
}
