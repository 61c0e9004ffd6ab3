import { existsSync } from "node:fs";
import { join } from "node:path";
import type { Command } from "@commander-js/extra-typings";
import { createGridClient, type GridClient } from "../../client/grid-client.js";
import { createRequests } from "../../client/requests.js";
import { packageRoot } from "../../grid/package-root.js";
import type { RunningGrid } from "../../grid/up.js";
import { tellServiceManager } from "../../grid/service-manager.js";
import { type Context, dataFolder, type GlobalOptions } from "../context.js";
import { CommandError } from "../exit-codes.js";
import { followSubmission } from "../follow.js";
import { submitFolder } from "./submit.js";

const exampleWaitMs = 10 * 60_000;

export function addUp(program: Command<[], GlobalOptions>, context: Context): void {
  program
    .command("up")
    .description("start a grid on this machine and run it until Ctrl-C")
    .option("--grid <file>", "grid.yaml (default: the one of the examples)")
    .option("--data <folder>", "the data folder")
    .option("--port <port>", "port of API and page", "7357")
    .option("--machines <count>", "how many machines to make if grid.yaml names none", "2")
    .option("--empty", "do not submit the examples on a new grid")
    .action(async (options) => {
      const started = Date.now();
      const { loadGridFile } = await import("../../grid/configuration.js");
      const { bringUp } = await import("../../grid/up.js");
      const announce = (line: string) =>
        context.printProgress(`[${((Date.now() - started) / 1_000).toFixed(1)}s] ${line}`);
      const data = dataFolder({ data: options.data ?? program.opts().data }, context.env);
      const file = options.grid ?? join(packageRoot, "examples/grid.yaml");
      const machines = wholeNumber("--machines", options.machines, 1, 64);
      const load = () => loadGridFile(file, machines);
      load();
      const stop = new AbortController();
      const stopping = new Promise<void>((resolve) => stop.signal.addEventListener("abort", () => resolve()));
      for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const)
        process.on(signal, () => stop.abort(new CommandError("stopped while starting")));
      const grid = await bringUp({
        file,
        load,
        data,
        port: wholeNumber("--port", options.port, 1, 65_535),
        env: context.env,
        signal: stop.signal,
        announce,
      });
      const { url: page } = await clientOf(grid).signInLink();
      announce(welcome(grid, page));
      tellServiceManager(context.env);
      if (grid.isNew && options.grid === undefined && options.empty !== true)
        await Promise.race([showExamples(grid, context), stopping]);
      await stopping;
      announce("stopping");
      await grid.stop();
      announce("stopped");
    });
}

/** Submits the examples once and shows how they end. */
async function showExamples(grid: RunningGrid, context: Context): Promise<void> {
  const folder = join(packageRoot, "examples");
  if (!existsSync(folder)) return;
  const client = clientOf(grid);
  const submission = await submitFolder(client, { folder, path: "", depth: 0 }, context, false, {});
  context.printProgress(`\nThe examples run as a first submission; their names say how they end:`);
  await followSubmission(client, submission.submissionId, exampleWaitMs, (line) => context.printProgress(`  ${line}`));
  context.printProgress(`\n${nextSteps(grid, submission.jobs[0]?.jobId ?? "<id>")}`);
}

function clientOf({ endpoints, token }: RunningGrid): GridClient {
  return createGridClient(createRequests(endpoints.api, token, { timeoutMs: 30_000, patienceMs: 10_000 }));
}

/** @param page a link that signs the browser in */
function welcome(grid: RunningGrid, page: string): string {
  const places = [
    ["page", page],
    ["inbox", inboxLink(grid) ?? "your own mail relay"],
    ["Temporal", temporalLink(grid)],
  ] as const;
  return `the grid is up\n${places.map(([name, place]) => `  ${name.padEnd(9)} ${place}`).join("\n")}`;
}

/** The link contains the token, so that the browser is signed in. */
function inboxLink({ endpoints, token }: RunningGrid): string | undefined {
  return endpoints.inbox === null ? undefined : `${endpoints.inbox}/?token=${token}`;
}

function temporalLink({ endpoints, token }: RunningGrid): string {
  const { ui, address, isGuarded } = endpoints.temporal;
  if (ui === null) return address;
  return isGuarded ? `${ui}/?token=${token}` : ui;
}

/** In this repository, npx finds the command. Elsewhere, npx may find another package of that name. */
const command = process.cwd() === packageRoot ? "npx holdfast" : join(packageRoot, "cli/holdfast.mjs");

function nextSteps(grid: RunningGrid, jobId: string): string {
  return [
    `Read the mails at ${inboxLink(grid) ?? "your relay"} and try in another terminal:`,
    `  ${command} jobs`,
    `  ${command} why ${jobId}`,
    `  ${command} submit ${join(packageRoot, "examples")} --wait`,
    "Ctrl-C stops the grid; `npm start` continues with the same data.",
  ].join("\n");
}

function wholeNumber(option: string, text: string, least: number, most: number): number {
  const value = Number(text);
  if (!Number.isInteger(value) || value < least || value > most)
    throw new CommandError(`${option} ${text} is not a whole number from ${least} to ${most}`);
  return value;
}
