import { join } from "node:path";
import type { Command } from "@commander-js/extra-typings";
import { createGridClient, type GridClient } from "../../client/grid-client.js";
import { createRequests } from "../../client/requests.js";
import { packageRoot } from "../../grid/package-root.js";
import type { RunningGrid } from "../../grid/up.js";
import { tellServiceManager } from "../../grid/service-manager.js";
import { type Context, dataFolder, type GlobalOptions } from "../context.js";
import { CommandError } from "../exit-codes.js";
import { greet } from "../greeting.js";

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
      tellServiceManager(context.env);
      const examples = grid.isNew && options.grid === undefined && options.empty !== true;
      const greeting = greet({ grid, client: clientOf(grid), context, announce, withExamples: examples });
      await Promise.race([greeting, stopping]);
      await stopping;
      announce("stopping");
      await grid.stop();
      announce("stopped");
    });
}

function clientOf({ endpoints, token }: RunningGrid): GridClient {
  return createGridClient(createRequests(endpoints.api, token, { timeoutMs: 30_000, patienceMs: 10_000 }));
}

function wholeNumber(option: string, text: string, least: number, most: number): number {
  const value = Number(text);
  if (!Number.isInteger(value) || value < least || value > most)
    throw new CommandError(`${option} ${text} is not a whole number from ${least} to ${most}`);
  return value;
}
