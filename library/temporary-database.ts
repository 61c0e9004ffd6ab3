import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { freePort } from "./free-port.js";
import { needsCommand } from "./machine-parts.js";
import { waitFor } from "./services.js";

/** A database server for one test. */
export interface TemporaryDatabase {
  /** `postgres://test@127.0.0.1:<port>/postgres` */
  url: string;
  /** Ends the server and removes its data. */
  stop(): Promise<void>;
}

/**
 * Starts a PostgreSQL server on a free port of the loopback interface, with its data in a temporary folder.
 * PostgreSQL refuses to run as root.
 * @requires command:initdb, command:postgres
 * @throws InfrastructureError if PostgreSQL is not installed; Error if it does not start
 */
export async function temporaryDatabase(): Promise<TemporaryDatabase> {
  const [initdb, postgres] = [needsCommand("initdb"), needsCommand("postgres")];
  const folder = mkdtempSync(join(tmpdir(), "database-"));
  const remove = () => rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
  const made = spawnSync(initdb, ["-D", join(folder, "data"), "-U", "test", "-A", "trust", "--no-sync"], {
    encoding: "utf8",
  });
  if (made.status !== 0) {
    remove();
    throw new Error(`initdb ended with ${made.status}: ${made.stderr.trim()}`);
  }
  const port = await freePort();
  const settings = ["-p", String(port), "-h", "127.0.0.1", "-k", folder, "-c", "fsync=off"];
  const server = spawn(postgres, ["-D", join(folder, "data"), ...settings], { stdio: ["ignore", "ignore", "pipe"] });
  const stop = async () => {
    await end(server);
    remove();
  };
  let said = "";
  server.stderr.on("data", (data: Buffer) => (said += data.toString("utf8")));
  try {
    await waitFor(
      () => {
        if (server.exitCode !== null) throw new Error(`postgres ended: ${said.trim()}`);
        return said.includes("ready to accept connections");
      },
      { what: "the database" },
    );
  } catch (error) {
    await stop();
    throw error;
  }
  return { url: `postgres://test@127.0.0.1:${port}/postgres`, stop };
}

async function end(server: ChildProcess): Promise<void> {
  if (server.exitCode !== null || server.signalCode !== null) return;
  const ended = once(server, "exit");
  // SIGINT asks PostgreSQL for a fast shutdown.
  server.kill("SIGINT");
  await ended;
}
