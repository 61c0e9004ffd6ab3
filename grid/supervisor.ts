import { type ChildProcess, spawn } from "node:child_process";
import { closeSync, mkdirSync, openSync } from "node:fs";
import type { Readable } from "node:stream";
import { join } from "node:path";
import { killGroup, startOf } from "../probes/process-group.js";
import { lifeVariable } from "../workers/process/life.js";
import { rotate } from "./logs.js";
import { type ProcessEntry, writeTable } from "./process-table.js";
import { SpaceReserve } from "./space-reserve.js";

/** A process of the grid. */
export interface ProcessSpec {
  name: string;
  command: string;
  args: string[];
  env: NodeJS.ProcessEnv;
  /** The signal that asks it to stop. PostgreSQL stops fast on SIGINT. */
  stopSignal?: NodeJS.Signals;
  /** Whether it is started again when it ends by itself. */
  restarts?: boolean;
  /** Whether it reports over a pipe that its event loop runs. If the reports stop, it is killed. */
  showsLife?: boolean;
}

const firstPauseMs = 200;
const longestPauseMs = 5_000;
/** If a process lived this long, its next restart begins with the first pause again. */
const stableMs = 10_000;
const stopMs = 6_000;
/** When a process counts as hanging, in ms. */
export interface Patience {
  /** Its event loop stood still for this long. */
  silentMs: number;
  /** Until it shows life for the first time, it has this time in addition. */
  startMs: number;
  /** How often this is checked. */
  lookMs: number;
}

const usualPatience: Patience = { silentMs: 30_000, startMs: 30_000, lookMs: 2_000 };
const rotateMs = 60_000;
const spaceLookMs = 1_000;

interface Child {
  spec: ProcessSpec;
  process: ChildProcess | undefined;
  pauseMs: number;
  timer: NodeJS.Timeout | undefined;
  isDismissed: boolean;
  /**
   * When it last showed life, on the clock of `performance`. The time is in the future while it starts. Undefined for a process
   * that shows no life.
   */
  heardAt: number | undefined;
}

/** Keeps processes alive, each with its own group and its own log, and ends them in order. */
export class Supervisor {
  readonly #data: string;
  readonly #children = new Map<string, Child>();
  readonly #announce: (line: string) => void;
  readonly #patience: Patience;
  #isStopping = false;
  #lookedAt = performance.now();

  constructor(data: string, announce: (line: string) => void, patience = usualPatience) {
    this.#patience = patience;
    this.#data = data;
    this.#announce = announce;
    setInterval(() => this.#killHanging(), patience.lookMs).unref();
    setInterval(() => this.#rotateLogs(), rotateMs).unref();
    mkdirSync(join(data, "logs"), { recursive: true });
    const reserve = new SpaceReserve(data, announce);
    reserve.look();
    setInterval(() => reserve.look(), spaceLookMs).unref();
  }

  start(spec: ProcessSpec): void {
    const child: Child = {
      spec,
      process: undefined,
      pauseMs: firstPauseMs,
      timer: undefined,
      isDismissed: false,
      heardAt: undefined,
    };
    this.#children.set(spec.name, child);
    this.#spawn(child);
  }

  /** The processes that are kept alive. */
  names(): string[] {
    return [...this.#children.keys()];
  }

  /** Ends one process for good. The others continue. */
  async dismiss(name: string): Promise<void> {
    const child = this.#children.get(name);
    if (child === undefined) return;
    this.#children.delete(name);
    child.isDismissed = true;
    await this.#stopOne(child);
    this.#write();
  }

  /** Ends these processes and waits until they have ended. */
  async stop(names: readonly string[]): Promise<void> {
    this.#isStopping = true;
    await Promise.all(names.map((name) => this.#stopOne(this.#children.get(name))));
    this.#write();
  }

  logOf(name: string): string {
    return join(this.#data, "logs", `${name}.log`);
  }

  #spawn(child: Child): void {
    const { spec } = child;
    const log = this.#openLog(spec.name);
    const startedAt = Date.now();
    const life = spec.showsLife === true ? (["pipe"] as const) : [];
    const env = spec.showsLife === true ? { ...spec.env, [lifeVariable]: "3" } : spec.env;
    let process: ChildProcess;
    try {
      process = spawn(spec.command, spec.args, { env, detached: true, stdio: ["ignore", log, log, ...life] });
    } catch (error) {
      // Node throws if there is too little memory, for example. Other causes are reported as an `error` event.
      this.#announce(`${spec.name} cannot be started: ${(error as Error).message}`);
      return this.#startLater(child);
    } finally {
      if (typeof log === "number") closeSync(log);
    }
    child.heardAt = spec.showsLife === true ? performance.now() + this.#patience.startMs : undefined;
    // If file descriptors ran out, the process has no pipes.
    const signs = (process.stdio as ChildProcess["stdio"] | undefined)?.[3] as Readable | undefined;
    signs?.on("data", () => (child.heardAt = performance.now())).on("error", () => undefined);
    child.process = process;
    process.on("error", (error) => {
      this.#announce(`${spec.name} cannot be started: ${error.message}`);
      // A process that never started has no `exit` event that would restart it.
      if (process.pid === undefined) this.#startLater(child);
    });
    process.on("exit", (code, signal) => {
      killGroup(process.pid);
      child.process = undefined;
      this.#write();
      if (this.#isStopping || child.isDismissed) return;
      if (spec.restarts === false) return this.#announce(`${spec.name} ended`);
      if (Date.now() - startedAt > stableMs) child.pauseMs = firstPauseMs;
      this.#announce(`${spec.name} ended with ${signal ?? code}; it is started again (log: ${this.logOf(spec.name)})`);
      this.#startLater(child);
    });
    this.#write();
  }

  /** Kills processes that hang. Time in which the supervisor itself stood still does not count. */
  #killHanging(): void {
    const { silentMs, lookMs } = this.#patience;
    const now = performance.now();
    const lateMs = Math.max(0, now - this.#lookedAt - 2 * lookMs);
    this.#lookedAt = now;
    for (const child of this.#children.values()) {
      if (child.heardAt !== undefined) child.heardAt += lateMs;
      if (child.heardAt === undefined || now - child.heardAt < silentMs || this.#isStopping) continue;
      child.heardAt = undefined;
      this.#announce(`${child.spec.name} hung: its event loop stood still for ${silentMs / 1_000} s; it is killed`);
      killGroup(child.process?.pid);
    }
  }

  #rotateLogs(): void {
    for (const name of this.#children.keys()) {
      try {
        rotate(this.logOf(name));
      } catch (error) {
        this.#announce(`the log of ${name} cannot be shortened: ${(error as Error).message}`);
      }
    }
  }

  #startLater(child: Child): void {
    child.timer = setTimeout(() => this.#isStopping || child.isDismissed || this.#spawn(child), child.pauseMs);
    child.pauseMs = Math.min(longestPauseMs, child.pauseMs * 2);
  }

  /** Opens the log of a process. If that fails, as on a full disk, its output is ignored. */
  #openLog(name: string): number | "ignore" {
    try {
      return openSync(this.logOf(name), "a");
    } catch (error) {
      this.#announce(`the log of ${name} cannot be written: ${(error as Error).message}`);
      return "ignore";
    }
  }

  async #stopOne(child: Child | undefined): Promise<void> {
    clearTimeout(child?.timer);
    const running = child?.process;
    if (child === undefined || running?.pid === undefined || running.exitCode !== null || running.signalCode !== null)
      return;
    const ended = new Promise<void>((resolve) => running.once("exit", () => resolve()));
    running.kill(child.spec.stopSignal ?? "SIGTERM");
    const force = setTimeout(() => killGroup(running.pid), stopMs);
    await ended;
    clearTimeout(force);
  }

  #write(): void {
    const entries: ProcessEntry[] = [{ name: "supervisor", pid: process.pid, started: startOf(process.pid) }];
    for (const { spec, process: running } of this.#children.values()) {
      if (running?.pid !== undefined && running.exitCode === null)
        entries.push({ name: spec.name, pid: running.pid, started: startOf(running.pid) });
    }
    try {
      writeTable(this.#data, entries);
    } catch (error) {
      // A full disk must not end a process. The table is written again at the next change.
      this.#announce(`the table of processes cannot be written: ${(error as Error).message}`);
    }
  }
}
