import { spawn } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { Client, Connection } from "@temporalio/client";
import pg from "pg";
import type { InboxMessage } from "../grid/inbox/store.js";
import { connectionOptions } from "../workers/process/temporal-connection.js";
import { createGridClient, type GridClient } from "../client/grid-client.js";
import { createRequests } from "../client/requests.js";
import { type Endpoints, readEndpoints } from "../grid/endpoints.js";
import { packageRoot } from "../grid/package-root.js";
import { assignPorts } from "../grid/ports.js";
import { readTable } from "../grid/process-table.js";

/** A separate grid for one benchmark. */
export interface BenchGrid {
  /** The process id of the supervisor. */
  pid: number;
  endpoints: Endpoints;
  data: string;
  client: GridClient;
  /** A client that waits up to two minutes for an API that is away. */
  patientClient: GridClient;
  temporal: Client;
  /** The rows of a query to its database. */
  query<T>(text: string, values?: unknown[]): Promise<T[]>;
  /** Waits until a query returns a row. */
  until(text: string, values?: unknown[]): Promise<void>;
  /** The id of one of its processes. @throws Error if it does not run */
  pidOf(name: string): number;
  /** Uploads a source that consists only of this suite file. */
  upload(suite: string): Promise<string>;
  /** The mails in its inbox. */
  mails(): Promise<InboxMessage[]>;
  stop(): Promise<void>;
}

/** How the grid's command is started: the words before it, and additional environment variables. */
export interface Launch {
  before: string[];
  env: NodeJS.ProcessEnv;
  /** Called after the grid has ended, before its folder is removed. */
  afterwards?: () => void;
}

/** Starts a fresh, empty grid. @throws Error with its output if it does not come up */
export async function startBenchGrid(
  gridFile: string,
  launch: (data: string) => Launch = () => ({ before: [], env: {} }),
): Promise<BenchGrid> {
  const folder = mkdtempSync(join(tmpdir(), "holdfast-bench-"));
  writeFileSync(join(folder, "grid.yaml"), gridFile);
  const { api: port } = await assignPorts(folder, ["api"]);
  const data = join(folder, "data");
  const { HOLDFAST_URL: _url, HOLDFAST_TOKEN: _token, ...env } = process.env;
  const { before, env: more, afterwards } = launch(data);
  const up = ["up", "--grid", join(folder, "grid.yaml"), "--data", data, "--port", String(port), "--empty"];
  const [command, ...args] = [...before, process.execPath, join(packageRoot, "cli/holdfast.mjs"), ...up];
  const grid = spawn(command!, args, { env: { ...env, ...more }, stdio: ["ignore", "ignore", "pipe"] });
  // The grid ends with the benchmark, no matter how the benchmark ends.
  const end = () => grid.kill("SIGTERM");
  process.once("exit", end);
  let said = "";
  grid.stderr.on("data", (piece: Buffer) => (said += piece.toString("utf8")));
  while (readEndpoints(data) === undefined) {
    if (grid.exitCode !== null || grid.signalCode !== null) throw new Error(`the grid did not come up:\n${said}`);
    await sleep(100);
  }
  const endpoints = readEndpoints(data)!;
  const token = readFileSync(join(data, "token"), "utf8").trim();
  const client = createGridClient(createRequests(endpoints.api, token, { timeoutMs: 60_000, patienceMs: 0 }));
  const patience = { timeoutMs: 20_000, patienceMs: 120_000 };
  const patientClient = createGridClient(createRequests(endpoints.api, token, patience));
  const connection = await Connection.connect(connectionOptions(endpoints.temporal));
  const pool = new pg.Pool({ connectionString: endpoints.database, max: 2 });
  // The next query throws the error.
  pool.on("error", () => undefined);
  const query = async <T>(text: string, values: unknown[] = []) => (await pool.query(text, values)).rows as T[];
  return {
    pid: grid.pid!,
    endpoints,
    data,
    client,
    patientClient,
    temporal: new Client({ connection, namespace: endpoints.temporal.namespace }),
    query,
    async until(text, values) {
      while ((await query(text, values)).length === 0) await sleep(200);
    },
    pidOf(name) {
      const entry = readTable(data).find((process) => process.name === name);
      if (entry === undefined) throw new Error(`no process ${name} runs`);
      return entry.pid;
    },
    async mails() {
      const headers = { authorization: `Bearer ${token}` };
      return (await (await fetch(`${endpoints.inbox}/messages`, { headers })).json()) as InboxMessage[];
    },
    async upload(suite) {
      const { packFolder } = await import("../source/pack/pack.js");
      const source = mkdtempSync(join(folder, "source-"));
      writeFileSync(join(source, "holdfast.yaml"), suite);
      return client.upload(await packFolder(source));
    },
    async stop() {
      await pool.end();
      await connection.close();
      const ended = new Promise((resolve) => grid.once("exit", resolve));
      end();
      await ended;
      process.off("exit", end);
      afterwards?.();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
