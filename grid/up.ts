import { connectDatabase, type Database } from "../db/connect.js";
import { readGridConfig } from "../db/grid/grid-config.js";
import { hasSubmissions } from "../db/jobs/submission-lists.js";
import { migrate } from "../db/migrate.js";
import type { GridConfig } from "../domain/config/grid-file.js";
import { inStopOrder } from "./stop-order.js";
import { closePorts, openPorts } from "./closed-ports.js";
import { storeConfiguration } from "./configuration.js";
import { claimDataFolder, readOrMakeSecret } from "./data-folder.js";
import { type Endpoints, removeEndpoints, writeEndpoints } from "./endpoints.js";
import { localApi, startGridProcesses, waitUntilAtWork } from "./grid-processes.js";
import { compiled } from "./package-root.js";
import { assertFree, assignPorts } from "./ports.js";
import { ProvidedServices } from "./provided-services.js";
import { startReloading } from "./reload.js";
import { startServers } from "./servers.js";
import { Supervisor } from "./supervisor.js";

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

const serverNames = ["postgres", "temporal", "temporal-ui", "temporal-inside", "temporal-ui-inside", "smtp", "inbox"];

/** Starts the single-machine grid and keeps it running. Resolves when all parts answer. @throws AlreadyUpError, PortTakenError */
export async function bringUp(options: UpOptions): Promise<RunningGrid> {
  const { data, port, announce } = options;
  await claimDataFolder(data, announce);
  await assertFree(port);
  const supervisor = new Supervisor(data, announce);
  /** Steps that must be done before the processes end, the latest first. */
  const endings: (() => Promise<unknown>)[] = [];
  const stop = async () => {
    for (const end of endings) await end();
    await stopProcesses(supervisor, data);
  };
  try {
    return { ...(await start(options, supervisor, (end) => void endings.unshift(end))), stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

async function start(
  options: UpOptions,
  supervisor: Supervisor,
  atEnd: (end: () => Promise<unknown>) => void,
): Promise<Omit<RunningGrid, "stop">> {
  const { data, env, port, announce } = options;
  const gridFile = options.load();
  const ports = await assignPorts(data, serverNames, [port]);
  const openBecause = closePorts(
    data,
    serverNames.map((name) => ports[name]!),
  );
  if (openBecause !== undefined) announce(`tests can connect to the ports of the grid's servers: ${openBecause}`);
  atEnd(async () => openPorts(data));
  const token = env["HOLDFAST_TOKEN"] || readOrMakeSecret(data, "token");
  const secretKey = env["HOLDFAST_SECRET_KEY"] || readOrMakeSecret(data, "secret-key");

  const services = new ProvidedServices(data, supervisor, ports, port);
  const startServices = () => services.follow(gridFile);
  const servers = await startServers({ ...options, ports, supervisor, token, secretKey, startServices });

  const { database, pool } = connectDatabase(servers.databaseUrl, 2);
  atEnd(() => pool.end().catch(() => undefined));
  await migrate(servers.databaseUrl, compiled("db/migrations"));
  const store = async (next: GridConfig) =>
    storeConfiguration(database, await services.withPorts(next), options.file, announce);
  const machines = Object.keys((await store(gridFile)).machines);
  const isNew = !(await hasSubmissions(database));

  const settings = { supervisor, env, data, port, token, secretKey, servers };
  const agents = startGridProcesses(settings);
  await agents.follow(machines);
  await waitUntilAtWork(settings, machines, options);
  announce(`API, control worker and ${machines.length} agents`);

  const reloading = startReloading({
    file: options.file,
    announce,
    apply: async () => {
      const next = options.load();
      // Mistakes are found here, before any process is touched.
      await store(next);
      await services.follow(next);
    },
    follow: async () => agents.follow(await machinesOf(database)),
  });
  atEnd(() => reloading.stop());
  const endpoints: Endpoints = {
    api: localApi(port),
    inbox: env["SMTP_URL"] ? null : `http://127.0.0.1:${ports["inbox"]}`,
    temporal: servers.temporal,
    database: servers.databaseUrl,
  };
  writeEndpoints(data, endpoints);
  return { endpoints, token, isNew };
}

async function machinesOf(database: Database): Promise<string[]> {
  return Object.keys((await readGridConfig(database)).machines);
}

/** Ends the processes in the reverse order of their dependencies. */
async function stopProcesses(supervisor: Supervisor, data: string): Promise<void> {
  removeEndpoints(data);
  for (const names of inStopOrder(supervisor.names())) await supervisor.stop(names);
}
