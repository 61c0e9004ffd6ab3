import { readFileSync } from "node:fs";
import { join } from "node:path";
import { Command } from "@commander-js/extra-typings";
import { CommanderError } from "commander";
import { ApiError, UnreachableGridError } from "../client/requests.js";
import { packageRoot } from "../grid/package-root.js";
import { addAdmin } from "./commands/admin.js";
import { addAnalyse } from "./commands/analyse.js";
import { addApply } from "./commands/apply.js";
import { addArtifacts } from "./commands/artifacts.js";
import { addDoubts } from "./commands/doubts.js";
import { addDowntime } from "./commands/downtime.js";
import { addExclude } from "./commands/exclude.js";
import { addGrid } from "./commands/grid.js";
import { addInit } from "./commands/init.js";
import { addJobs } from "./commands/jobs.js";
import { addMail } from "./commands/mail.js";
import { addService } from "./commands/service.js";
import { addSignatures } from "./commands/signatures.js";
import { addSubmit } from "./commands/submit.js";
import { addToken } from "./commands/token.js";
import { addUp } from "./commands/up.js";
import type { Context } from "./context.js";
import { CommandError, exitCodes } from "./exit-codes.js";

const context: Context = {
  env: process.env,
  print: (text) => process.stdout.write(`${text}\n`),
  tell: (text) => process.stderr.write(`${text}\n`),
};

const { version } = JSON.parse(readFileSync(join(packageRoot, "package.json"), "utf8")) as { version: string };
const program = new Command("holdfast")
  .version(version)
  .description("a testgrid where a failure mail always means: your code is broken")
  .option("--url <url>", "the grid's address (default: HOLDFAST_URL, or the grid of the data folder)")
  .option("--data <folder>", "data folder of a grid on this machine (default: HOLDFAST_DATA, or .holdfast)")
  .exitOverride();
addUp(program, context);
addInit(program, context);
addSubmit(program, context);
addJobs(program, context);
addArtifacts(program, context);
addExclude(program, context);
addGrid(program, context);
addAdmin(program, context);
addService(program, context);
addApply(program, context);
addSignatures(program, context);
addDowntime(program, context);
addMail(program, context);
addToken(program, context);
addDoubts(program, context);
addAnalyse(program, context);
program.command("doctor").description("show what this machine lacks, without starting anything");
const processes = { api: "../api/main.js", worker: "../workers/control/main.js", agent: "../workers/agent/main.js" };
for (const [name, file] of Object.entries(processes)) {
  program
    .command(name)
    .description(`run the ${name} process of a larger grid; environment variables configure it`)
    .action(async () => {
      await import(file);
      await new Promise(() => undefined);
    });
}

/** Ends the command when all its output has been read, even by a slow pipe. */
async function leave(code: number): Promise<never> {
  for (const stream of [process.stdout, process.stderr]) await new Promise((resolve) => stream.write("", resolve));
  process.exit(code);
}

// By name: their modules load only with the command that needs them.
const wrongUse = new Set([
  "FileError",
  "SourceError",
  "MissingCodeError",
  "RequirementError",
  "PortTakenError",
  "AlreadyUpError",
]);
const unavailable = new Set(["NotReadyError", "PostgresSetupError", "NoTemporalError", "NewerSchemaError"]);

/** The exit code of a known error; undefined for an unexpected one. */
function exitCodeOf(error: unknown): number | undefined {
  if (error instanceof CommandError) return error.exitCode;
  if (error instanceof UnreachableGridError) return exitCodes.unreachable;
  if (error instanceof ApiError) return error.status >= 500 ? exitCodes.unreachable : exitCodes.wrongUse;
  const { name } = error as Error;
  if (wrongUse.has(name)) return exitCodes.wrongUse;
  return unavailable.has(name) ? exitCodes.unreachable : undefined;
}

try {
  await program.parseAsync();
  await leave(Number(process.exitCode ?? 0));
} catch (error) {
  if (error instanceof CommanderError) await leave(error.exitCode === 0 ? 0 : exitCodes.wrongUse);
  const exitCode = exitCodeOf(error);
  process.stderr.write(
    exitCode === undefined ? `${(error as Error).stack ?? String(error)}\n` : `holdfast: ${(error as Error).message}\n`,
  );
  await leave(exitCode ?? 70);
}
