import { randomBytes } from "node:crypto";
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { removeEndpoints } from "./endpoints.js";
import { endLeftovers, isAlive, readTable } from "./process-table.js";

/** Another grid runs with the same data folder. */
export class AlreadyUpError extends Error {
  override name = "AlreadyUpError";
}

/** Makes the data folder ready for a new grid, and ends processes of an earlier start. @throws AlreadyUpError */
export async function claimDataFolder(data: string, announce: (line: string) => void): Promise<void> {
  mkdirSync(data, { recursive: true });
  const other = readTable(data).find((entry) => entry.name === "supervisor" && isAlive(entry));
  if (other !== undefined)
    throw new AlreadyUpError(
      `a grid runs with ${data} already (process ${other.pid}); stop it first, or choose another folder with --data`,
    );
  const left = await endLeftovers(data);
  if (left.length > 0) announce(`stopped processes of an earlier start: ${left.join(", ")}`);
  removeEndpoints(data);
}

/** The secret in a file of the data folder; made at the first start. */
export function readOrMakeSecret(data: string, name: "token" | "secret-key"): string {
  const file = join(data, name);
  if (!existsSync(file)) writeFileSync(file, `${randomBytes(24).toString("base64url")}\n`, { mode: 0o600 });
  return readFileSync(file, "utf8").trim();
}
