import { type ChildProcessByStdio, spawn } from "node:child_process";
import type { Readable, Writable } from "node:stream";
import { killGroup } from "./process-group.js";

export interface CommandEnd {
  code: number | null;
  signal: NodeJS.Signals | null;
  isTimedOut: boolean;
}

/** Starts a command in a separate process group. `runCommand` kills the group when the command ends. */
export type Start = (
  command: string,
  place: Pick<CommandOptions, "cwd" | "env">,
) => ChildProcessByStdio<Writable | null, Readable, Readable>;

export interface CommandOptions {
  cwd: string;
  env: NodeJS.ProcessEnv;
  /** How the command starts; by /bin/sh with the rights of this process if left out. */
  start?: Start;
  timeoutMs: number;
  /** Ends the command when it aborts. */
  stop: AbortSignal;
  onOutput: (data: Buffer) => void;
  /** Also receives the output of stdout, without stderr. */
  onStdout?: ((data: Buffer) => void) | undefined;
  /** Called with the process group, so a later process can end it. */
  onStart: (group: number) => void;
}

/** How long output may still arrive after the command itself has ended. */
const drainMs = 1_000;

const startShell: Start = (command, { cwd, env }) =>
  spawn("/bin/sh", ["-c", command], { cwd, env, detached: true, stdio: ["ignore", "pipe", "pipe"] });

/** Runs a command in a separate process group. When it ends, for whatever reason, the whole group is killed. */
export function runCommand(command: string, options: CommandOptions): Promise<CommandEnd> {
  options.stop.throwIfAborted();
  return new Promise((resolve, reject) => {
    const child = (options.start ?? startShell)(command, options);
    let isTimedOut = false;
    const end = () => killGroup(child.pid);
    const limit = setTimeout(() => {
      isTimedOut = true;
      end();
    }, options.timeoutMs);
    options.stop.addEventListener("abort", end, { once: true });
    child.on("error", (error) => {
      clearTimeout(limit);
      reject(error);
    });
    // Without a process, there is no output.
    if (child.pid === undefined) return;
    child.stdout.on("data", options.onOutput);
    child.stderr.on("data", options.onOutput);
    if (options.onStdout !== undefined) child.stdout.on("data", options.onStdout);
    options.onStart(child.pid);
    child.on("exit", () => {
      clearTimeout(limit);
      options.stop.removeEventListener("abort", end);
      end();
      const drained = setTimeout(() => {
        child.stdout.destroy();
        child.stderr.destroy();
      }, drainMs);
      child.on("close", () => clearTimeout(drained));
    });
    child.on("close", (code, signal) => resolve({ code, signal, isTimedOut }));
  });
}
