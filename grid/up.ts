import { randomBytes } from "node:crypto";
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { connectDatabase } from "../db/connect.js";
import { readGridConfig } from "../db/grid/grid-config.js";
import { hasSubmissions } from "../db/jobs/submissions.js";
import { migrate } from "../db/migrate.js";
import type { GridConfig } from "../domain/config/grid-file.js";
import { agentToken } from "../db/machines/agent-token.js";
import { agentName, Agents } from "./agents.js";
import { ownServicesOf, servicePort, storeConfiguration, withPorts } from "./configuration.js";
import { type Endpoints, removeEndpoints, writeEndpoints } from "./endpoints.js";
import { serviceSpec } from "./example-service.js";
import { compiled } from "./package-root.js";
import { assertFree, assignPorts } from "./ports.js";
import { endLeftovers, isAlive, readTable } from "./process-table.js";
import { NotReadyError, portAnswers, waitUntil } from "./readiness.js";
import { startReloading } from "./reload.js";
import { type ProcessSpec, Supervisor } from "./supervisor.js";
import { startServers } from "./servers.js";
import { temporalVariables } from "../workers/process/temporal-connection.js";

export interface UpOptions {
  /** grid.yaml, watched while the grid runs. */
  file: string;
  /** Reads it. @throws FileError */
  load: () => GridConfig;
  data: string;
  port: number;
  env: NodeJS.ProcessEnv;
  /** Cancels the start. */
  signal: AbortSignal;
  /** Shows that a step is done, or that something happened. */
  announce: (line: string) => void;
}

export interface RunningGrid {
  endpoints: Endpoints;
  token: string;
  /** Whether nothing has ever been submitted to it. */
  isNew: boolean;
  stop(): Promise<void>;
}

/** Another grid runs with the same data folder. */
export class AlreadyUpError extends Error {
  override name = "AlreadyUpError";
}

/** Brings the single-machine grid up and keeps it up; resolves when everything answers. */
export async function bringUp(options: UpOptions): Promise<RunningGrid> {
  const { data, env, port, announce } = options;
  mkdirSync(data, { recursive: true });
  const other = readTable(data).find((entry) => entry.name === "supervisor" && isAlive(entry));
  if (other !== undefined)
    throw new AlreadyUpError(
      `a grid runs with ${data} already (process ${other.pid}); stop it first, or choose another folder with --data`,
    );
  const left = await endLeftovers(data);
  if (left.length > 0) announce(`stopped processes of an earlier start: ${left.join(", ")}`);
  removeEndpoints(data);
  await assertFree(port);

  const first = options.load();
  const servers = ["postgres", "temporal", "temporal-ui", "temporal-inside", "temporal-ui-inside", "smtp", "inbox"];
  const ports = await assignPorts(data, [...servers, ...ownServicesOf(first).map(servicePort)], [port]);
  const token = env["HOLDFAST_TOKEN"] || readOrMakeSecret(data, "token");
  const secretKey = env["HOLDFAST_SECRET_KEY"] || readOrMakeSecret(data, "secret-key");
  const supervisor = new Supervisor(data, announce);
  /** The grid's own services that run, each with its command. */
  const started = new Map<string, string>();
  const isNewService = (name: string) => ports[servicePort(name)] === undefined;
  let reloading: { stop(): Promise<void> } | undefined;
  const stop = async () => {
    await reloading?.stop();
    await stopAll(supervisor, data);
  };
  try {
    return await start();
  } catch (error) {
    await stop();
    throw error;
  }

  async function start(): Promise<RunningGrid> {
    const { databaseUrl, smtpUrl, temporal } = await startServers({
      ...options,
      ports,
      supervisor,
      token,
      secretKey,
      startServices: () => followServices(first),
    });
    const { database, pool } = connectDatabase(databaseUrl, 2);
    await migrate(databaseUrl, compiled("db/migrations"));
    const config = await storeConfiguration(database, withPorts(first, ports), options.file, announce);
    const isNew = !(await hasSubmissions(database));

    const api = `http://127.0.0.1:${port}`;
    const publicUrl = env["HOLDFAST_URL"] || api;
    const shared = {
      ...env,
      ...temporalVariables({ ...temporal, apiKey: env["TEMPORAL_API_KEY"] ?? null }),
      TEMPORAL_NAMESPACE: temporal.namespace,
      HOLDFAST_TEMPORAL_UI: temporal.ui ?? "",
      DATABASE_URL: databaseUrl,
      SMTP_URL: smtpUrl,
      HOLDFAST_URL: publicUrl,
      HOLDFAST_TOKEN: token,
      HOLDFAST_SECRET_KEY: secretKey,
      HOLDFAST_DATA: data,
      HOLDFAST_PORT: String(port),
    };
    const node = (name: string, file: string, processEnv: NodeJS.ProcessEnv): ProcessSpec => ({
      name,
      command: process.execPath,
      args: [compiled(file)],
      env: processEnv,
      showsLife: true,
    });
    supervisor.start(node("api", "api/main.js", shared));
    supervisor.start(node("control", "workers/control/main.js", shared));
    // Agents talk to Temporal and to the API, never to the database.
    const { DATABASE_URL: _database, SMTP_URL: _relay, HOLDFAST_SECRET_KEY: _key, ...forAgents } = shared;
    const agents = new Agents(supervisor, (machine) =>
      node(agentName(machine), "workers/agent/main.js", {
        ...forAgents,
        HOLDFAST_TOKEN: agentToken(machine, secretKey),
        HOLDFAST_URL: api,
        HOLDFAST_MACHINE: machine,
      }),
    );
    await agents.follow(Object.keys(config.machines));
    await waitUntil("the API", supervisor.logOf("api"), options, () => portAnswers(port));
    await waitUntil("the grid", supervisor.logOf("control"), options, () =>
      isAtWork(api, Object.keys(config.machines)),
    );
    announce(`API, control worker and ${Object.keys(config.machines).length} agents`);
    const endpoints: Endpoints = {
      api,
      inbox: env["SMTP_URL"] ? null : `http://127.0.0.1:${ports["inbox"]}`,
      temporal,
      database: databaseUrl,
    };
    writeEndpoints(data, endpoints);
    reloading = startReloading({
      file: options.file,
      announce,
      apply: async () => {
        const next = options.load();
        const added = ownServicesOf(next).filter(isNewService).map(servicePort);
        Object.assign(ports, await assignPorts(data, added, [port, ...Object.values(ports)]));
        // What is wrong with it is found here, before any process is touched.
        await storeConfiguration(database, withPorts(next, ports), options.file, announce);
        await followServices(next);
      },
      follow: async () => agents.follow(Object.keys((await readGridConfig(database)).machines)),
    });
    const stopWhole = async () => {
      await stop();
      await pool.end().catch(() => undefined);
    };
    return { endpoints, token, isNew, stop: stopWhole };
  }

  /** Makes the grid's own services match grid.yaml: starts new ones, restarts changed ones, and stops removed ones. */
  async function followServices(next: GridConfig): Promise<void> {
    const wanted = withPorts(next, ports).services;
    const commands = new Map(ownServicesOf(next).map((name) => [name, wanted[name]?.start ?? ""]));
    for (const [name, command] of started)
      if (commands.get(name) !== command) {
        await supervisor.dismiss(`service-${name}`);
        started.delete(name);
      }
    for (const [name, command] of commands) {
      if (started.has(name)) continue;
      started.set(name, command);
      supervisor.start(serviceSpec(data, name, command, ports[servicePort(name)]!));
    }
  }
}

/** Ends the processes in the reverse order of their dependencies. */
async function stopAll(supervisor: Supervisor, data: string): Promise<void> {
  removeEndpoints(data);
  const all = supervisor.names();
  const last = ["postgres"];
  const servers = all.filter((name) => ["inbox", "temporal"].includes(name) || name.startsWith("service-"));
  await supervisor.stop(all.filter((name) => name.startsWith(agentName(""))));
  await supervisor.stop(["control", "api"]);
  await supervisor.stop(servers);
  await supervisor.stop(last);
}

function readOrMakeSecret(data: string, name: string): string {
  const file = join(data, name);
  if (!existsSync(file)) writeFileSync(file, `${randomBytes(24).toString("base64url")}\n`, { mode: 0o600 });
  return readFileSync(file, "utf8").trim();
}

/** Whether agents report, and the health monitor watches. */
async function isAtWork(api: string, machines: readonly string[]): Promise<void> {
  const answer = await fetch(`${api}/api/v1/grid`);
  if (!answer.ok) throw new NotReadyError(`the API answers ${answer.status}`);
  const grid = (await answer.json()) as {
    machines: { name: string; online: boolean }[];
    services: { name: string; state: string }[];
  };
  const missing = machines.filter((name) => !grid.machines.some((machine) => machine.name === name && machine.online));
  if (missing.length > 0) throw new NotReadyError(`waiting for machines: ${missing.join(", ")}`);
  if (!grid.services.some(({ name, state }) => name === "grid/control" && state === "up"))
    throw new NotReadyError("waiting for the health monitor");
}
