import { agentToken } from "../db/machines/agent-token.js";
import { temporalVariables } from "../workers/process/temporal-connection.js";
import { agentName } from "./agent-name.js";
import { Agents } from "./agents.js";
import { compiled } from "./package-root.js";
import { NotReadyError, portAnswers, type Waiting, waitUntil } from "./readiness.js";
import type { Servers } from "./servers.js";
import type { ProcessSpec, Supervisor } from "./supervisor.js";

export interface ProcessSettings {
  supervisor: Supervisor;
  env: NodeJS.ProcessEnv;
  data: string;
  /** The port of the API. */
  port: number;
  token: string;
  secretKey: string;
  servers: Servers;
}

/** Starts API and control worker. Returns the agents, none of which runs yet. */
export function startGridProcesses(settings: ProcessSettings): Agents {
  const { supervisor, port, secretKey } = settings;
  const shared = sharedEnvironment(settings);
  supervisor.start(
    node("api", "api/main.js", { ...shared, HOLDFAST_OIDC_SECRET: settings.env["HOLDFAST_OIDC_SECRET"] }),
  );
  supervisor.start(node("control", "workers/control/main.js", shared));
  // Agents talk to Temporal and to the API, never to the database.
  const { DATABASE_URL: _database, SMTP_URL: _relay, HOLDFAST_SECRET_KEY: _key, ...forAgents } = shared;
  return new Agents(supervisor, (machine) =>
    node(agentName(machine), "workers/agent/main.js", {
      ...forAgents,
      HOLDFAST_TOKEN: agentToken(machine, secretKey),
      HOLDFAST_URL: localApi(port),
      HOLDFAST_MACHINE: machine,
    }),
  );
}

/** Waits until the API answers, the machines are online, and the health monitor watches. @throws NotReadyError */
export async function waitUntilAtWork(
  { supervisor, port, token }: ProcessSettings,
  machines: readonly string[],
  waiting: Waiting,
): Promise<void> {
  await waitUntil("the API", supervisor.logOf("api"), waiting, () => portAnswers(port));
  await waitUntil("the grid", supervisor.logOf("control"), waiting, () =>
    assertAtWork(localApi(port), token, machines),
  );
}

/** The address of the API on this machine. */
export function localApi(port: number): string {
  return `http://127.0.0.1:${port}`;
}

function sharedEnvironment({ env, data, port, token, secretKey, servers }: ProcessSettings): NodeJS.ProcessEnv {
  const { temporal, databaseUrl, smtpUrl } = servers;
  const { HOLDFAST_OIDC_SECRET: _openId, ...inherited } = env;
  return {
    ...inherited,
    ...temporalVariables({ ...temporal, apiKey: env["TEMPORAL_API_KEY"] ?? null }),
    TEMPORAL_NAMESPACE: temporal.namespace,
    HOLDFAST_TEMPORAL_UI: temporal.ui ?? "",
    DATABASE_URL: databaseUrl,
    SMTP_URL: smtpUrl,
    HOLDFAST_URL: env["HOLDFAST_URL"] || localApi(port),
    HOLDFAST_TOKEN: token,
    HOLDFAST_SECRET_KEY: secretKey,
    HOLDFAST_DATA: data,
    HOLDFAST_PORT: String(port),
  };
}

function node(name: string, file: string, env: NodeJS.ProcessEnv): ProcessSpec {
  return { name, command: process.execPath, args: [compiled(file)], env, showsLife: true };
}

async function assertAtWork(api: string, token: string, machines: readonly string[]): Promise<void> {
  const answer = await fetch(`${api}/api/v1/grid`, { headers: { authorization: `Bearer ${token}` } });
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
