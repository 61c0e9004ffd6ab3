import { readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { TemporalTls } from "../workers/process/temporal-connection.js";

/** The addresses of a running grid, as in `<data>/endpoints.json`. Origins have no path. */
export interface Endpoints {
  api: string;
  /** Null if SMTP_URL names the user's own relay. */
  inbox: string | null;
  /** `isGuarded`: whether it is the grid's own server, whose page needs the token. */
  temporal: { address: string; namespace: string; ui: string | null; tls: TemporalTls | null; isGuarded: boolean };
  database: string;
}

const fileIn = (data: string) => join(data, "endpoints.json");

/** Writes the file in one step, after everything answers. */
export function writeEndpoints(data: string, endpoints: Endpoints): void {
  const fresh = `${fileIn(data)}.${process.pid}.tmp`;
  writeFileSync(fresh, `${JSON.stringify(endpoints, null, 2)}\n`, { mode: 0o600 });
  renameSync(fresh, fileIn(data));
}

export function removeEndpoints(data: string): void {
  rmSync(fileIn(data), { force: true });
}

/** Undefined if no grid runs with this data folder. */
export function readEndpoints(data: string): Endpoints | undefined {
  try {
    return JSON.parse(readFileSync(fileIn(data), "utf8")) as Endpoints;
  } catch {
    return undefined;
  }
}
