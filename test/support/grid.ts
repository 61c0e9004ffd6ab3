import { type ChildProcess, spawn } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { randomUUID } from "node:crypto";
import { Client, Connection } from "@temporalio/client";
import type { Pool } from "pg";
import {
  createGridClient,
  type GridClient,
  type Job,
  type Submission,
  type SubmissionRequest,
} from "../../client/grid-client.js";
import { createRequests } from "../../client/requests.js";
import { type Endpoints, readEndpoints, removeEndpoints } from "../../grid/endpoints.js";
import { packageRoot } from "../../grid/package-root.js";
import { assignPorts } from "../../grid/ports.js";
import { readTable } from "../../grid/process-table.js";
import { packFolder } from "../../source/pack/pack.js";
import { connectionOptions } from "../../workers/process/temporal-connection.js";
import { withCheckedAnswers } from "./answers.js";
import { eventually, HopelessError } from "./eventually.js";
import { openPool, queryWith } from "./query.js";
import { lastLinesOf, wrongQueriesIn } from "./logs.js";
import type { InboxMessage } from "../../grid/inbox/store.js";

export type Files = Record<string, string>;

/** A grid with real servers and real processes, in a folder that is removed when the grid stops. */
export class TestGrid {
  readonly folder = mkdtempSync(join(tmpdir(), "holdfast-test-"));
  readonly data = join(this.folder, "data");
  readonly gridFile = join(this.folder, "grid.yaml");
  readonly #env: NodeJS.ProcessEnv;
  #process: ChildProcess | undefined;
  #said = "";
  #port = 0;
  #pool: Pool | undefined;
  client!: GridClient;
  endpoints!: Endpoints;

  constructor(gridFile: string, env: NodeJS.ProcessEnv = {}) {
    const { HOLDFAST_URL: _url, HOLDFAST_TOKEN: _token, HOLDFAST_DATA: _data, ...inherited } = process.env;
    this.#env = { ...inherited, ...env };
    writeFileSync(this.gridFile, gridFile);
  }

  async start(): Promise<this> {
    this.#port ||= (await assignPorts(this.folder, ["api"]))["api"]!;
    removeEndpoints(this.data);
    const args = ["up", "--grid", this.gridFile, "--data", this.data, "--port", String(this.#port), "--empty"];
    const grid = spawn(process.execPath, [join(packageRoot, "cli/holdfast.mjs"), ...args], {
      env: this.#env,
      stdio: ["ignore", "ignore", "pipe"],
    });
    this.#process = grid;
    grid.stderr?.on("data", (piece: Buffer) => (this.#said += piece.toString("utf8")));
    this.endpoints = await eventually("the grid to come up", async () => {
      if (grid.exitCode !== null) throw new HopelessError(`it ended:\n${this.#said}`);
      return readEndpoints(this.data);
    });
    this.client = createGridClient(
      withCheckedAnswers(createRequests(this.endpoints.api, this.token, { timeoutMs: 10_000, patienceMs: 20_000 })),
    );
    return this;
  }

  /** Of the supervisor. */
  get pid(): number {
    return this.#process!.pid!;
  }

  get token(): string {
    return readFileSync(join(this.data, "token"), "utf8").trim();
  }

  get stderr(): string {
    return this.#said;
  }

  async stop(): Promise<void> {
    await this.end("SIGTERM");
    // grid-environment.mjs sets this.
    if ((globalThis as { hasFailedTest?: boolean }).hasFailedTest === true)
      process.stderr.write(lastLinesOf(this.data, this.#said));
    const wrongQueries = wrongQueriesIn(this.data);
    rmSync(this.folder, { recursive: true, force: true, maxRetries: 5, retryDelay: 200 });
    if (wrongQueries.length > 0) throw new Error(`PostgreSQL refused queries:\n${wrongQueries.join("\n")}`);
  }

  /** Ends the supervisor, and keeps the folder. */
  async end(signal: NodeJS.Signals): Promise<void> {
    const grid = this.#process;
    if (grid === undefined || grid.exitCode !== null || grid.signalCode !== null) return;
    const ended = new Promise((resolve) => grid.once("exit", resolve));
    await this.#pool?.end();
    this.#pool = undefined;
    grid.kill(signal);
    await ended;
  }

  /** The id of a process of the grid. */
  pidOf(name: string): number {
    const entry = readTable(this.data).find((process) => process.name === name);
    if (entry === undefined) throw new Error(`no process ${name} runs`);
    return entry.pid;
  }

  kill(name: string, signal: NodeJS.Signals = "SIGKILL"): void {
    process.kill(this.pidOf(name), signal);
  }

  /** Kills a process and waits until another one has taken its place. */
  async killAndAwaitReturn(name: string): Promise<void> {
    const pid = this.pidOf(name);
    process.kill(pid, "SIGKILL");
    await eventually(`${name} to come back`, async () => (this.pidOf(name) === pid ? undefined : true));
  }

  /** Writes a source with these files. */
  source(files: Files): string {
    const folder = mkdtempSync(join(this.folder, "source-"));
    for (const [name, text] of Object.entries(files)) {
      mkdirSync(dirname(join(folder, name)), { recursive: true });
      writeFileSync(join(folder, name), text);
    }
    return folder;
  }

  async submit(files: Files, extra: Partial<SubmissionRequest> = {}): Promise<Submission> {
    const sourceHash = await this.client.upload(await packFolder(this.source(files)));
    return this.client.submit({ source: { kind: "upload", sourceHash }, ...extra }, randomUUID());
  }

  /** Submits a suite with one test. @returns the id of its job */
  async submitOne(test: string, more: Files = {}): Promise<string> {
    const { jobs } = await this.submit({
      "holdfast.yaml": `owner: dev@example.org\nproject: tests\ntests:\n  only:\n    ${test.replaceAll("\n", "\n    ")}\n`,
      ...more,
    });
    return jobs[0]!.jobId;
  }

  async jobIn(jobId: string, state: Job["state"]): Promise<Job> {
    return eventually(`job ${jobId} to be ${state}`, async () => {
      const job = await this.client.job(jobId);
      if (job.state === state) return job;
      if (job.state === "finished") throw new HopelessError(`it has ended: ${JSON.stringify(job, null, 1)}`);
      return undefined;
    });
  }

  /** The job, once it is held for a reason that matches. An earlier hold does not count. */
  async heldFor(jobId: string, reason: RegExp): Promise<Job> {
    return eventually(`job ${jobId} to be held for ${reason}`, async () => {
      const job = await this.jobIn(jobId, "held");
      return (await this.client.why(jobId)).reasons.some((each) => reason.test(each)) ? job : undefined;
    });
  }

  async finished(jobId: string): Promise<Job> {
    return eventually(
      `job ${jobId} to end`,
      async () => {
        const job = await this.client.job(jobId);
        return job.verdict === null ? undefined : job;
      },
      200_000,
    );
  }

  /** Asks the API or the page with the grid's token. */
  fetch(
    address: string,
    init: Omit<RequestInit, "headers"> & { headers?: Record<string, string> } = {},
  ): Promise<Response> {
    return fetch(address, { ...init, headers: { authorization: `Bearer ${this.token}`, ...init.headers } });
  }

  /** Signs a browser in by a link that is valid once. Returns its cookies. */
  async signIn(): Promise<string> {
    const { url } = await this.client.signInLink();
    const answer = await fetch(url, { redirect: "manual" });
    return answer.headers
      .getSetCookie()
      .map((each) => each.split(";")[0])
      .join("; ");
  }

  async mails(): Promise<InboxMessage[]> {
    return (await (await this.fetch(`${this.endpoints.inbox}/messages`)).json()) as InboxMessage[];
  }

  /** The mails about a job, waiting for the first one. */
  async mailsOf(jobId: string): Promise<InboxMessage[]> {
    return eventually(`a mail about job ${jobId}`, async () => {
      const mails = (await this.mails()).filter(({ headers }) => headers["x-holdfast-job"] === jobId);
      return mails.length === 0 ? undefined : mails;
    });
  }

  async query<T>(text: string, values: unknown[] = []): Promise<T[]> {
    this.#pool ??= openPool(this.endpoints.database);
    return queryWith<T>(this.#pool, text, values);
  }

  /** Waits until a query finds something. @returns its first row */
  async untilFound<T>(what: string, text: string, values: unknown[] = []): Promise<T> {
    return eventually(what, async () => (await this.query<T>(text, values))[0]);
  }

  /** How to connect to the grid's Temporal server. */
  temporalOptions(): ReturnType<typeof connectionOptions> {
    return connectionOptions(this.endpoints.temporal);
  }

  async temporal<T>(work: (client: Client) => Promise<T>): Promise<T> {
    const connection = await Connection.connect(this.temporalOptions());
    try {
      return await work(new Client({ connection, namespace: this.endpoints.temporal.namespace }));
    } finally {
      await connection.close();
    }
  }
}

/** Runs the `holdfast` command against a grid. */
export async function runCommand(
  grid: TestGrid,
  ...args: string[]
): Promise<{ code: number | null; stdout: string; stderr: string }> {
  const child = spawn(process.execPath, [join(packageRoot, "cli/holdfast.mjs"), "--data", grid.data, ...args], {
    stdio: ["ignore", "pipe", "pipe"],
  });
  let [stdout, stderr] = ["", ""];
  child.stdout.on("data", (piece: Buffer) => (stdout += piece.toString("utf8")));
  child.stderr.on("data", (piece: Buffer) => (stderr += piece.toString("utf8")));
  const code = await new Promise<number | null>((resolve) => child.on("close", resolve));
  return { code, stdout, stderr };
}
