import { createHmac } from "node:crypto";
import { Client, Connection } from "@temporalio/client";
import { connectionOptions, readTemporalTls } from "../workers/process/temporal-connection.js";
import { makeCertificates } from "./certificates.js";
import type { Endpoints } from "./endpoints.js";
import { compiled } from "./package-root.js";
import { preparePostgres } from "./postgres.js";
import { databaseAnswers, portAnswers, type Waiting, waitUntil } from "./readiness.js";
import type { Supervisor } from "./supervisor.js";
import { guarded, prepareNamespace, temporalSpec } from "./temporal-server.js";

export interface ServersInput extends Waiting {
  data: string;
  env: NodeJS.ProcessEnv;
  ports: Readonly<Record<string, number>>;
  supervisor: Supervisor;
  token: string;
  secretKey: string;
  /** Starts the services that grid.yaml asks the grid to start. */
  startServices: () => Promise<void>;
}

/** The servers that the rest of the grid connects to. */
export interface Servers {
  databaseUrl: string;
  smtpUrl: string;
  temporal: Endpoints["temporal"];
}

/** Starts Temporal, PostgreSQL and an inbox, unless the environment names the user's own, and waits for all of them. */
export async function startServers(input: ServersInput): Promise<Servers> {
  const { env, ports, supervisor, announce } = input;
  const temporal = await startTemporal(input);
  await input.startServices();
  const smtpUrl = env["SMTP_URL"] || startInbox(input);
  const databaseUrl = env["DATABASE_URL"] || startPostgres(input);
  await waitUntil("PostgreSQL", supervisor.logOf("postgres"), input, () => databaseAnswers(databaseUrl));
  announce("PostgreSQL");
  await waitUntil("Temporal", supervisor.logOf("temporal"), input, async () => {
    const apiKey = env["TEMPORAL_API_KEY"] || null;
    const connection = await Connection.connect({
      ...connectionOptions({ ...temporal, apiKey }),
      connectTimeout: 2_000,
    });
    try {
      const client = new Client({ connection, namespace: temporal.namespace });
      await prepareNamespace(client, temporal.namespace, !env["TEMPORAL_ADDRESS"]);
    } finally {
      await connection.close();
    }
  });
  announce("Temporal");
  if (!env["SMTP_URL"])
    await waitUntil("the inbox", supervisor.logOf("inbox"), input, () => portAnswers(ports["inbox"]!));
  return { databaseUrl, smtpUrl, temporal };
}

async function startTemporal({ data, env, ports, supervisor, token }: ServersInput): Promise<Endpoints["temporal"]> {
  const namespace = env["TEMPORAL_NAMESPACE"] || "default";
  const own = env["TEMPORAL_ADDRESS"];
  if (own)
    return {
      address: own,
      namespace,
      ui: env["HOLDFAST_TEMPORAL_UI"] || null,
      tls: readTemporalTls(env),
      isGuarded: false,
    };
  const { server, client } = await makeCertificates(data);
  const inside = { grpc: ports["temporal-inside"]!, page: ports["temporal-ui-inside"]! };
  const outside = { grpc: ports["temporal"]!, page: ports["temporal-ui"]! };
  supervisor.start(
    guarded(temporalSpec(data, inside.grpc, inside.page, namespace), { inside, outside, tls: server, token }),
  );
  const ui = `http://127.0.0.1:${outside.page}`;
  return { address: `127.0.0.1:${outside.grpc}`, namespace, ui, tls: client, isGuarded: true };
}

/** @returns the address of its relay, with a password */
function startInbox({ data, env, ports, supervisor, token, secretKey }: ServersInput): string {
  const password = createHmac("sha256", secretKey).update("smtp").digest("base64url");
  supervisor.start({
    name: "inbox",
    command: process.execPath,
    args: [compiled("grid/inbox/main.js")],
    showsLife: true,
    env: {
      ...env,
      HOLDFAST_DATA: data,
      HOLDFAST_TOKEN: token,
      HOLDFAST_SMTP_PORT: String(ports["smtp"]),
      HOLDFAST_SMTP_PASSWORD: password,
      HOLDFAST_PORT: String(ports["inbox"]),
    },
  });
  return `smtp://holdfast:${password}@127.0.0.1:${ports["smtp"]}`;
}

/** @returns the address of its database, with a password */
function startPostgres({ data, ports, supervisor }: ServersInput): string {
  const embedded = preparePostgres(data, ports["postgres"]!);
  supervisor.start(embedded.spec);
  return embedded.url;
}
