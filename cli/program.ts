import { text } from "node:stream/consumers";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { Command } from "@commander-js/extra-typings";
import { CommanderError } from "commander";
import { ApiError, UnreachableGridError } from "../client/requests.js";
import { packageRoot } from "../grid/package-root.js";
import { addAdmin } from "./commands/admin.js";
import { addApply } from "./commands/apply.js";
import { addArtifacts } from "./commands/artifacts.js";
import { addDoubts } from "./commands/doubts.js";
import { addDowntime } from "./commands/downtime.js";
import { addExclude } from "./commands/exclude.js";
import { addGrid } from "./commands/grid.js";
import { addInit } from "./commands/init.js";
import { addCompletion } from "./commands/completion.js";
import { addLogin } from "./commands/login.js";
import { addSubmission } from "./commands/submission.js";
import { addJobs } from "./commands/jobs.js";
import { addMail } from "./commands/mail.js";
import { addPage } from "./commands/page.js";
import { addService } from "./commands/service.js";
import { addSignatures } from "./commands/signatures.js";
import { addSubmit } from "./commands/submit.js";
import { addSecret } from "./commands/secret.js";
import { addToken } from "./commands/token.js";
import { addTrigger } from "./commands/trigger.js";
import { addWebhook } from "./commands/webhook.js";
import { connectGrid, type Context, type GlobalOptions } from "./context.js";
import { Output } from "./output.js";
import { findJobId, submissionIdOf } from "./short-ids.js";
import { CommandError, exitCodes } from "./exit-codes.js";

/** Adds the commands that need more of Holdfast than a client does. */
export type AddCommands = (program: Command<[], GlobalOptions>, context: Context) => void;

/** Runs the command, and ends the process with its exit code. */
export async function runProgram(addLocalCommands: AddCommands): Promise<never> {
  const output = new Output({
    write: (text) => process.stdout.write(text),
    isTerminal: process.stdout.isTTY,
    env: process.env,
  });
  const context: Context = {
    env: process.env,
    readInput: () => text(process.stdin),
    print: (text) => output.print(text),
    printProgress: (text) => process.stderr.write(`${text}\n`),
  };
  const { version } = JSON.parse(readFileSync(join(packageRoot, "package.json"), "utf8")) as { version: string };
  const program = new Command("holdfast")
    .version(version)
    .description("a testgrid where a failure mail always means: your code is broken")
    .option("--url <url>", "the grid's address (default: HOLDFAST_URL, or the grid of the data folder)")
    .option("--data <folder>", "data folder of a grid on this machine (default: HOLDFAST_DATA, or .holdfast)")
    .option(
      "--profile <name>",
      "a grid that `holdfast login` has stored (default: the last login, if no other grid is found)",
    )
    .option("--fields <names>", "print only these fields, one line per item, such as jobId,links.page")
    .option("--web", "open the page of the result in a browser")
    .option("--watch", "repeat the command every two seconds")
    .addHelpText(
      "after",
      `
Examples:
  holdfast submit . --wait          submit this folder and wait for the verdicts
  holdfast why @last                why the job of the last submission waits, or got its verdict
  holdfast job cbxg1981 --follow    the log of a job, named by the end of its id
  holdfast jobs --verdict fail --fields jobId,test,links.page
  holdfast grid --watch             what runs and what waits, until you press Ctrl-C
  holdfast pause service:nfs --why "new disks"`,
    )
    .exitOverride()
    .hook("preAction", async (_program, command) => {
      const hasJson = command.options.some(({ long }) => long === "--json");
      output.prepare(
        program.opts(),
        nameOf(command),
        hasJson ? () => void command.setOptionValue("json", true) : undefined,
      );
      for (const [index, argument] of command.registeredArguments.entries()) {
        const given = command.processedArgs[index];
        if (typeof given !== "string" || !["job", "submission"].includes(argument.name())) continue;
        command.processedArgs[index] =
          argument.name() === "submission"
            ? submissionIdOf(context.env, given)
            : await findJobId(connectGrid(program.opts(), context), context.env, given);
      }
    });
  program.commandsGroup("Start:");
  addLogin(program, context);
  addInit(program, context);
  addSubmit(program, context);
  program.commandsGroup("Look:");
  addJobs(program, context);
  addSubmission(program, context);
  addArtifacts(program, context);
  program.commandsGroup("Operate:");
  addExclude(program, context);
  addGrid(program, context);
  addAdmin(program, context);
  addService(program, context);
  addApply(program, context);
  addSignatures(program, context);
  addDowntime(program, context);
  addMail(program, context);
  addToken(program, context);
  addSecret(program, context);
  addWebhook(program, context);
  addTrigger(program, context);
  addDoubts(program, context);
  addPage(program, context);
  program.commandsGroup("More:");
  addCompletion(program, context);
  addLocalCommands(program, context);

  try {
    await output.run(() => program.parseAsync());
    return await leave(Number(process.exitCode ?? 0));
  } catch (error) {
    if (error instanceof CommanderError) await leave(error.exitCode === 0 ? 0 : exitCodes.wrongUse);
    const exitCode = exitCodeOf(error);
    process.stderr.write(
      exitCode === undefined
        ? `${(error as Error).stack ?? String(error)}\n`
        : `holdfast: ${(error as Error).message}\n`,
    );
    return leave(exitCode ?? 70);
  }
}

/** The full name of a command without the name of the program, such as `trigger list`. */
function nameOf(command: { name(): string; parent: unknown }): string {
  const above = command.parent as typeof command | null;
  return above === null || above.parent === null ? command.name() : `${nameOf(above)} ${command.name()}`;
}

/** Ends the command when all its output has been read, even by a slow pipe. */
async function leave(code: number): Promise<never> {
  for (const stream of [process.stdout, process.stderr]) await new Promise((resolve) => stream.write("", resolve));
  process.exit(code);
}

// Errors are recognized by name, because their modules load only with the commands that need them.
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
  if (error instanceof ApiError && error.status === 401) return exitCodes.notSignedIn;
  if (error instanceof ApiError) return error.status >= 500 ? exitCodes.unreachable : exitCodes.wrongUse;
  const { name } = error as Error;
  if (wrongUse.has(name)) return exitCodes.wrongUse;
  return unavailable.has(name) ? exitCodes.unreachable : undefined;
}
