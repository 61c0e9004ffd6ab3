import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { generate } from "selfsigned";
import type { TemporalTls } from "../workers/process/temporal-connection.js";

/** The files with which the grid's own Temporal server and its clients authenticate each other. */
export interface Certificates {
  server: { ca: string; cert: string; key: string };
  client: TemporalTls;
}

const serverName = "temporal.holdfast.internal";
const years = 10;

/** Makes a new authority at each start, with a certificate for the server and one for all clients. No other program has one. */
export async function makeCertificates(data: string): Promise<Certificates> {
  const folder = join(data, "tls");
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const notAfterDate = new Date();
  notAfterDate.setFullYear(notAfterDate.getFullYear() + years);
  const common = { keyType: "ec", algorithm: "sha256", notAfterDate } as const;
  const name = (value: string) => [{ name: "commonName", value }];
  const authority = await generate(name("Holdfast"), {
    ...common,
    extensions: [
      { name: "basicConstraints", cA: true, critical: true },
      { name: "keyUsage", keyCertSign: true, cRLSign: true, critical: true },
    ],
  });
  const ca = { key: authority.private, cert: authority.cert };
  const server = await generate(name(serverName), {
    ...common,
    ca,
    extensions: [
      { name: "extKeyUsage", serverAuth: true },
      { name: "subjectAltName", altNames: [{ type: 2, value: serverName }] },
    ],
  });
  const client = await generate(name("grid"), {
    ...common,
    ca,
    extensions: [{ name: "extKeyUsage", clientAuth: true }],
  });
  const keep = (file: string, text: string) => {
    writeFileSync(join(folder, file), text, { mode: 0o600 });
    return join(folder, file);
  };
  const caFile = keep("ca.crt", authority.cert);
  return {
    server: { ca: caFile, cert: keep("server.crt", server.cert), key: keep("server.key", server.private) },
    client: {
      ca: caFile,
      cert: keep("client.crt", client.cert),
      key: keep("client.key", client.private),
      serverName,
    },
  };
}
