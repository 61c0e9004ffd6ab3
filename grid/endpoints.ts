import { readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { TemporalTls } from "../workers/process/temporal-connection.js";

/** Where a running grid is reached; `<data>/endpoints.json`. Origins without a path at their end. */
export interface Endpoints {
  api: string;
  /** Null where SMTP_URL names a relay of the user's own. */
  inbox: string | null;
  /** `isGuarded`: it is the grid's own, and its page wants the token. */
  temporal: { address: string; namespace: string; ui: string | null; tls: TemporalTls | null; isGuarded: boolean };
  database: string;
}

const fileIn = (data: string) => join(data, "endpoints.json");

/** Written in one step, when everything answers. */
export function writeEndpoints(data: string, endpoints: Endpoints): void {
  const fresh = `${fileIn(data)}.${process.pid}.tmp`;
  writeFileSync(fresh, `${JSON.stringify(endpoints, null, 2)}\n`, { mode: 0o600 });
  renameSync(fresh, fileIn(data));
}

export function removeEndpoints(data: string): void {
  rmSync(fileIn(data), { force: true });
}

/** Undefined where no grid runs with this data folder. */
export function readEndpoints(data: string): Endpoints | undefined {
  try {
    return JSON.parse(readFileSync(fileIn(data), "utf8")) as Endpoints;
  } catch {
    return undefined;
  }
}
