import { readFileSync } from "node:fs";
import type { ConnectionOptions } from "@temporalio/client";

/** PEM files by which a client and a Temporal server authenticate each other. Null if none is needed. */
export interface TemporalTls {
  ca: string | null;
  cert: string | null;
  key: string | null;
  /** The name in the server's certificate; null if it is the name in its address. */
  serverName: string | null;
}

/** How to connect to a Temporal server. */
export interface TemporalAccess {
  address: string;
  /** Null for a connection without TLS. */
  tls: TemporalTls | null;
  /** Null if the server needs none. */
  apiKey?: string | null;
}

/** The options for `Connection.connect` and `NativeConnection.connect`. */
export function connectionOptions({ address, tls, apiKey }: TemporalAccess): {
  address: string;
  tls?: NonNullable<ConnectionOptions["tls"]>;
  apiKey?: string;
} {
  const key = apiKey == null ? {} : { apiKey };
  if (tls === null) return { address, ...(apiKey == null ? {} : { tls: true }), ...key };
  const { ca, cert, key: keyFile, serverName } = tls;
  return {
    address,
    ...key,
    tls: {
      ...(serverName === null ? {} : { serverNameOverride: serverName }),
      ...(ca === null ? {} : { serverRootCACertificate: readFileSync(ca) }),
      ...(cert === null || keyFile === null
        ? {}
        : { clientCertPair: { crt: readFileSync(cert), key: readFileSync(keyFile) } }),
    },
  };
}

/** Temporal's own tools read these variables too. */
const variables = {
  ca: "TEMPORAL_TLS_SERVER_CA_CERT_PATH",
  cert: "TEMPORAL_TLS_CLIENT_CERT_PATH",
  key: "TEMPORAL_TLS_CLIENT_KEY_PATH",
  serverName: "TEMPORAL_TLS_SERVER_NAME",
} as const;

/** The TLS settings in the environment; null if there are none. */
export function readTemporalTls(env: NodeJS.ProcessEnv): TemporalTls | null {
  const value = (name: string) => env[name] || null;
  const tls = {
    ca: value(variables.ca),
    cert: value(variables.cert),
    key: value(variables.key),
    serverName: value(variables.serverName),
  };
  return Object.values(tls).every((each) => each === null) ? null : tls;
}

/** The environment variables for these settings. */
export function temporalVariables({ address, tls, apiKey }: TemporalAccess): Record<string, string> {
  const named = Object.entries(variables).map(([field, name]) => [name, tls?.[field as keyof TemporalTls] ?? ""]);
  return { TEMPORAL_ADDRESS: address, TEMPORAL_API_KEY: apiKey ?? "", ...Object.fromEntries(named) };
}
