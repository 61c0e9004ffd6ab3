import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { CompiledQuery } from "kysely";
import { askDatabase, connectDatabase, type Database } from "../../db/connect.js";
import { applyGridConfig } from "../../db/grid/grid-config.js";
import { migrate } from "../../db/migrate.js";
import { gridFile } from "../../domain/config/grid-file.js";
import { packageRoot } from "../../grid/package-root.js";
import { assignPorts } from "../../grid/ports.js";
import { preparePostgres } from "../../grid/postgres.js";
import { eventually } from "./eventually.js";

/** A real PostgreSQL with the schema. No process of a grid uses it. */
export class TestDatabase {
  readonly #folder = mkdtempSync(join(tmpdir(), "holdfast-database-"));
  #process: ChildProcess | undefined;
  database!: Database;
  url = "";

  async start(): Promise<this> {
    const ports = await assignPorts(this.#folder, ["postgres"]);
    const { url, spec } = preparePostgres(this.#folder, ports["postgres"]!);
    this.#process = spawn(spec.command, spec.args, { env: spec.env, stdio: "ignore" });
    this.url = url;
    await eventually("PostgreSQL", () => askDatabase(url, 2_000));
    if (this.database !== undefined) return this;
    await migrate(url, join(packageRoot, "db/migrations"));
    this.database = connectDatabase(url, 6).database;
    return this;
  }

  /** Deletes all records, and applies this configuration. */
  async reset(config: object): Promise<void> {
    await this.query(
      "truncate grid, outages, outbox, audit, pauses, machines, services, submissions, jobs, holds, leases, waiters, job_facets, job_tallies, queue_tallies cascade",
    );
    await applyGridConfig(this.database, gridFile.parse(config));
  }

  async query<T>(text: string, values: unknown[] = []): Promise<T[]> {
    return (await this.database.executeQuery<T>(CompiledQuery.raw(text, values))).rows;
  }

  /** Adds a submission with one job that was held at these times, in seconds from now. A hold without an end is open. */
  async addHeldJob(
    jobId: string,
    holds: { reason?: string; service?: string | null; since: number; until?: number }[],
  ): Promise<void> {
    await this.query(
      `insert into submissions (submission_id, owner, project, branch, revision, source_kind, tell, state, submitted_at)
       values ($1, 'dev@example.org', 'tests', 'main', 'one', 'upload', '{}', 'expanded', now() - interval '1 day')`,
      [jobId],
    );
    await this.query(
      "insert into jobs (job_id, submission_id, test, variant, definition, state) values ($1, $1, 'only', '{}', '{}', 'held')",
      [jobId],
    );
    for (const { reason = "infra/service-down", service = "nfs", since, until } of holds) {
      await this.query(
        `insert into holds (job_id, reason, service, detail, since, until)
         values ($1, $2, $3, 'it is down', now() + make_interval(secs => $4), now() + make_interval(secs => $5))`,
        [jobId, reason, service, since, until ?? null],
      );
    }
  }

  async kill(signal: NodeJS.Signals): Promise<void> {
    const server = this.#process!;
    const ended = once(server, "exit");
    server.kill(signal);
    await ended;
  }

  async stop(): Promise<void> {
    await this.database.destroy();
    await this.kill("SIGINT");
    rmSync(this.#folder, { recursive: true, force: true, maxRetries: 5, retryDelay: 200 });
  }
}
