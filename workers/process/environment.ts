import { resolve } from "node:path";
import { pino, type Logger } from "pino";
import { lifeVariable, showLife } from "./life.js";
import { readTemporalTls, type TemporalAccess } from "./temporal-connection.js";

/** A wrong or missing variable; the message lists all of them. */
export class EnvironmentError extends Error {
  override name = "EnvironmentError";
}

/** The settings that the processes of a grid take from their environment. */
export interface GridEnvironment {
  /** How to reach the Temporal server. */
  temporal: TemporalAccess & { namespace: string };
  /** Public address of Temporal's web UI; null if it is unknown. */
  temporalUi: string | null;
  databaseUrl: string;
  smtpUrl: string;
  publicUrl: string;
  token: string;
  /** The key that encrypts the grid's secrets. */
  secretKey: string;
  /** The secret of this grid as a client of its OpenID Connect provider; empty for a public client. */
  openIdSecret: string;
  data: string;
  /** Address that the API listens on. */
  host: string;
  port: number;
  machine: string;
}

const variables: Record<keyof GridEnvironment, { name: string; fallback?: string }> = {
  temporal: { name: "TEMPORAL_ADDRESS" },
  temporalUi: { name: "HOLDFAST_TEMPORAL_UI", fallback: "" },
  databaseUrl: { name: "DATABASE_URL" },
  smtpUrl: { name: "SMTP_URL" },
  publicUrl: { name: "HOLDFAST_URL" },
  token: { name: "HOLDFAST_TOKEN" },
  secretKey: { name: "HOLDFAST_SECRET_KEY" },
  openIdSecret: { name: "HOLDFAST_OIDC_SECRET", fallback: "" },
  data: { name: "HOLDFAST_DATA", fallback: ".holdfast" },
  host: { name: "HOLDFAST_HOST", fallback: "127.0.0.1" },
  port: { name: "HOLDFAST_PORT" },
  machine: { name: "HOLDFAST_MACHINE" },
};

/** Reads the variables that a process needs. @throws EnvironmentError that lists all missing ones */
export function readEnvironment<K extends keyof GridEnvironment>(
  env: NodeJS.ProcessEnv,
  wanted: readonly K[],
): Readonly<Pick<GridEnvironment, K>> {
  const missing = wanted
    .map((key) => variables[key])
    .filter(({ name, fallback }) => (env[name] ?? "") === "" && fallback === undefined);
  if (missing.length > 0) throw new EnvironmentError(`not set: ${missing.map(({ name }) => name).join(", ")}`);
  const text = (key: keyof GridEnvironment) => env[variables[key].name] || (variables[key].fallback ?? "");
  const all: GridEnvironment = {
    temporal: {
      address: text("temporal"),
      namespace: env["TEMPORAL_NAMESPACE"] || "default",
      tls: readTemporalTls(env),
      apiKey: env["TEMPORAL_API_KEY"] || null,
    },
    temporalUi: text("temporalUi") || null,
    databaseUrl: text("databaseUrl"),
    smtpUrl: text("smtpUrl"),
    publicUrl: text("publicUrl").replace(/\/$/, ""),
    token: text("token"),
    secretKey: text("secretKey"),
    openIdSecret: text("openIdSecret"),
    data: resolve(text("data")),
    host: text("host"),
    port: Number(text("port")),
    machine: text("machine"),
  };
  return Object.freeze(Object.fromEntries(wanted.map((key) => [key, all[key]])) as Pick<GridEnvironment, K>);
}

export function createLogger(name: string): Logger {
  return pino({ name, level: process.env["HOLDFAST_LOG_LEVEL"] ?? "info", base: { process: name, pid: process.pid } });
}

/** Runs a process to its end. Prints one line for a mistake in the environment, and a stack for an unexpected error. */
export function runProcess(name: string, main: (log: Logger) => Promise<void>): void {
  const log = createLogger(name);
  showLife(process.env[lifeVariable]);
  main(log).then(
    () => process.exit(0),
    (error: unknown) => {
      log.fatal(error instanceof EnvironmentError ? { error: error.message } : { err: error }, "stopped");
      process.exit(1);
    },
  );
}
