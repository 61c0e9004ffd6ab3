import { readFileSync } from "node:fs";
import { createServer as createHttpServer, type RequestListener, type Server } from "node:http";
import { createServer as createHttpsServer } from "node:https";
import { isLoopback } from "../../source/loopback.js";
import { EnvironmentError } from "./environment.js";

/** How requests from other machines arrive. */
export interface Listening {
  /** Files in PEM; null for plain HTTP. */
  tls: { cert: string; key: string } | null;
  /** Addresses and networks of proxies that end TLS; null for none. */
  proxies: string | null;
}

/**
 * Reads HOLDFAST_TLS_CERT, HOLDFAST_TLS_KEY and HOLDFAST_PROXY. Tokens must not cross a network unencrypted.
 * @throws EnvironmentError if other machines reach `host`, and neither TLS nor a proxy is set
 */
export function readListening(env: NodeJS.ProcessEnv, host: string): Listening {
  const [cert, key, proxies] = [env["HOLDFAST_TLS_CERT"], env["HOLDFAST_TLS_KEY"], env["HOLDFAST_PROXY"]];
  if (Boolean(cert) !== Boolean(key))
    throw new EnvironmentError("HOLDFAST_TLS_CERT and HOLDFAST_TLS_KEY go together: set both or neither");
  const listening = { tls: cert && key ? { cert, key } : null, proxies: proxies || null };
  if (!isLoopback(host) && listening.tls === null && listening.proxies === null)
    throw new EnvironmentError(
      `HOLDFAST_HOST=${host} lets other machines connect, and tokens would cross the network unencrypted: set HOLDFAST_TLS_CERT and HOLDFAST_TLS_KEY, or HOLDFAST_PROXY=<address> if a proxy there speaks https`,
    );
  return listening;
}

/** @throws EnvironmentError for unreadable files */
export function createServer({ tls }: Listening, app: RequestListener): Server {
  if (tls === null) return createHttpServer(app);
  return createHttpsServer(
    { cert: readPem("HOLDFAST_TLS_CERT", tls.cert), key: readPem("HOLDFAST_TLS_KEY", tls.key) },
    app,
  );
}

function readPem(name: string, file: string): Buffer {
  try {
    return readFileSync(file);
  } catch (error) {
    throw new EnvironmentError(`${name}: ${(error as Error).message}`);
  }
}
