import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync } from "node:fs";
import { homedir } from "node:os";
import { join } from "node:path";
import type { Client } from "@temporalio/client";
import { searchAttributes } from "../workflows/messages.js";
import { type GuardSettings, guardVariable } from "./guard/guard-settings.js";
import { compiled } from "./package-root.js";
import type { ProcessSpec } from "./supervisor.js";

/** The set-up has provided no Temporal server. */
export class NoTemporalError extends Error {
  override name = "NoTemporalError";
}

const cliVersion = "1.8.2";

/** The `temporal` command: on PATH, or where the set-up has put it. @throws NoTemporalError */
export function findTemporal(): { command: string; serverVersion: string } {
  const cache = process.env["XDG_CACHE_HOME"] || join(homedir(), ".cache");
  for (const command of ["temporal", join(cache, "holdfast", `temporal-cli-${cliVersion}`, "temporal")]) {
    if (command.includes("/") && !existsSync(command)) continue;
    const answer = spawnSync(command, ["--version"], { encoding: "utf8" });
    if (answer.status === 0) return { command, serverVersion: /Server ([\d.]+)/.exec(answer.stdout)?.[1] ?? "unknown" };
  }
  throw new NoTemporalError(
    "no Temporal server: run `npm run setup`, put a `temporal` command on PATH, or set TEMPORAL_ADDRESS",
  );
}

/**
 * The development server, tuned so that its queue readers are not limited to 20 reads per second.
 * The name of its database file contains the server's version, because the file is not migrated between versions.
 */
export function temporalSpec(data: string, port: number, uiPort: number, namespace: string): ProcessSpec {
  const { command, serverVersion } = findTemporal();
  const folder = join(data, "temporal");
  mkdirSync(folder, { recursive: true });
  const dynamic = {
    "history.transferProcessorMaxPollRPS": 10_000,
    "history.timerProcessorMaxPollRPS": 10_000,
    "history.visibilityProcessorMaxPollRPS": 10_000,
    "matching.numTaskqueueReadPartitions": 1,
    "matching.numTaskqueueWritePartitions": 1,
  };
  const args = [
    "server",
    "start-dev",
    "--ip",
    "127.0.0.1",
    "--port",
    String(port),
    "--ui-port",
    String(uiPort),
    "--db-filename",
    join(folder, `server-${serverVersion}.db`),
    "--log-level",
    "error",
    "--namespace",
    namespace,
    "--sqlite-pragma",
    "journal_mode=WAL",
    "--sqlite-pragma",
    "synchronous=1",
    ...Object.entries(dynamic).flatMap(([name, value]) => ["--dynamic-config-value", `${name}=${value}`]),
    ...Object.values(searchAttributes).flatMap((name) => ["--search-attribute", `${name}=Keyword`]),
  ];
  return { name: "temporal", command, args, env: { PATH: process.env["PATH"], HOME: process.env["HOME"] } };
}

/** The same server behind a guard: its clients need a certificate, and its page needs the token. */
export function guarded(
  server: ProcessSpec,
  doors: {
    inside: { grpc: number; page: number };
    outside: { grpc: number; page: number };
    tls: GuardSettings["tls"];
    token: string;
  },
): ProcessSpec {
  const { inside, outside, tls, token } = doors;
  const order: GuardSettings = {
    command: server.command,
    args: server.args,
    env: server.env,
    grpc: { outside: outside.grpc, inside: inside.grpc },
    page: { outside: outside.page, inside: inside.page },
    tls,
    token,
  };
  return {
    name: server.name,
    command: process.execPath,
    args: [compiled("grid/guard/main.js")],
    env: { PATH: process.env["PATH"], [guardVariable]: JSON.stringify(order) },
    showsLife: true,
  };
}

const retentionSeconds = 30 * 86_400;
const keyword = 2;

/** Prepares a namespace for jobs. On our own server, sets how long histories are kept. Elsewhere, adds the search attributes. */
export async function prepareNamespace(client: Client, namespace: string, isOurs: boolean): Promise<void> {
  if (isOurs) {
    await client.workflowService.updateNamespace({
      namespace,
      config: { workflowExecutionRetentionTtl: { seconds: retentionSeconds as never } },
    });
    return;
  }
  const wanted = Object.fromEntries(Object.values(searchAttributes).map((name) => [name, keyword]));
  const { customAttributes } = await client.connection.operatorService.listSearchAttributes({ namespace });
  const missing = Object.fromEntries(Object.entries(wanted).filter(([name]) => customAttributes?.[name] === undefined));
  if (Object.keys(missing).length > 0)
    await client.connection.operatorService.addSearchAttributes({ namespace, searchAttributes: missing });
}
