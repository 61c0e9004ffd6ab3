import { type ChildProcess, spawn } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { constants, setPriority } from "node:os";
import { join } from "node:path";
import type { CodeToRead } from "./code-to-read.js";
import type { Discovered } from "./discover.js";
import type { KnownServices } from "./evidence.js";
import { packageRoot } from "./library-folder.js";

export type ReadRequest =
  | { kind: "unpack"; file: string; folder: string }
  | { kind: "find"; folder: string; code: CodeToRead; known: KnownServices };
/** `refusal`: the code cannot be read. `trouble`: the machine cannot do it now. */
export type ReadResponse = { found: Discovered } | { unpacked: true } | { refusal: string } | { trouble: string };

/** How much one question may cost. Processor time is the main limit. Wall time is the backstop for a reader that waits. */
export interface ReadLimits {
  cpuMs: number;
  wallMs: number;
  heapMib: number;
}

/** The question cost more than its limits allow; the message says which one. */
export class ReadLimitError extends Error {
  override name = "ReadLimitError";
  readonly limit: "time" | "memory" | "wall";
  constructor(limit: "time" | "memory" | "wall", message: string) {
    super(message);
    this.limit = limit;
  }
}

/** Something outside ended the reader. Asking again can help. */
export class ReaderLostError extends Error {
  override name = "ReaderLostError";
}

/** The kernel ends a reader that has used this much processor time in its life, even if the parent is dead. */
const lifetimeCpuSeconds = 600;
/** A reader is replaced after this much processor time, long before the kernel ends it. */
const retireAfterCpuMs = 300_000;
const checkEveryMs = 200;
const ticksPerSecond = 100;

/** A process that reads code. It answers one question at a time, and is killed if a question costs too much. */
export class ReaderProcess {
  readonly #child: ChildProcess;
  readonly #ready: Promise<unknown>;
  readonly #limits: ReadLimits;

  constructor(limits: ReadLimits, isBackground: boolean) {
    this.#limits = limits;
    const command = `ulimit -t ${lifetimeCpuSeconds}; exec "$0" "$@"`;
    const args = [process.execPath, `--max-old-space-size=${limits.heapMib}`, readerFile()];
    this.#child = spawn("/bin/sh", ["-c", command, ...args], { stdio: ["ignore", "ignore", "ignore", "ipc"] });
    this.#ready = new Promise((resolve) => {
      this.#child.once("message", resolve);
      this.#child.once("exit", resolve);
      this.#child.once("error", resolve);
    });
    if (isBackground && this.#child.pid !== undefined) setPriority(this.#child.pid, constants.priority.PRIORITY_LOW);
    this.#child.unref();
    this.#child.channel?.unref();
  }

  /** Whether another process must replace it. */
  get isSpent(): boolean {
    const { exitCode, signalCode, pid } = this.#child;
    return exitCode !== null || signalCode !== null || (cpuMsOf(pid) ?? Infinity) > retireAfterCpuMs;
  }

  /** @throws ReadLimitError, ReaderLostError; the process is gone after both */
  async ask(question: ReadRequest): Promise<ReadResponse> {
    await this.#ready;
    const child = this.#child;
    const { cpuMs, wallMs, heapMib } = this.#limits;
    const cpuBefore = cpuMsOf(child.pid) ?? 0;
    const began = performance.now();
    return new Promise((resolve, reject) => {
      const end = (settle: () => void) => {
        clearInterval(watch);
        child.off("message", onMessage).off("exit", onExit);
        settle();
      };
      const giveUp = (error: Error) =>
        end(() => {
          this.end();
          reject(error);
        });
      const onMessage = (answer: ReadResponse) => end(() => resolve(answer));
      const onExit = (code: number | null, signal: NodeJS.Signals | null) => {
        // V8 aborts when its heap is full. No other process sends this signal.
        const isHeapFull = signal === "SIGABRT" || code === 134;
        giveUp(
          isHeapFull
            ? new ReadLimitError("memory", `reading its code needs more than ${heapMib} MiB of memory`)
            : new ReaderLostError(`the process that reads code ended (${signal ?? `exit ${code}`})`),
        );
      };
      const watch = setInterval(() => {
        if ((cpuMsOf(child.pid) ?? 0) - cpuBefore > cpuMs)
          giveUp(new ReadLimitError("time", `reading its code takes more than ${cpuMs / 1_000} s of processor time`));
        else if (performance.now() - began > wallMs)
          giveUp(new ReadLimitError("wall", `reading its code was not done after ${wallMs / 1_000} s`));
      }, checkEveryMs);
      child.on("message", onMessage).on("exit", onExit);
      if (child.exitCode !== null || child.signalCode !== null || !child.connected)
        return onExit(child.exitCode, child.signalCode);
      child.send(question, (error) => error && onExit(child.exitCode, child.signalCode));
    });
  }

  end(): void {
    this.#child.kill("SIGKILL");
  }
}

/** The compiled reader. It is found from the sources and from the compiled code. */
function readerFile(): string {
  const beside = new URL("./reader.js", import.meta.url).pathname;
  return existsSync(beside) ? beside : join(packageRoot, "dist/analysis/reader.js");
}

/** Processor time that a process has used, in ms; undefined if the kernel does not report it. */
function cpuMsOf(pid: number | undefined): number | undefined {
  try {
    const status = readFileSync(`/proc/${pid}/stat`, "utf8");
    const fields = status.slice(status.lastIndexOf(")") + 2).split(" ");
    return ((Number(fields[11]) + Number(fields[12])) * 1_000) / ticksPerSecond;
  } catch {
    return undefined;
  }
}
