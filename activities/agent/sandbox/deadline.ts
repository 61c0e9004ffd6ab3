import { type ChildProcess, spawn } from "node:child_process";
import { killGroup } from "../../../probes/process-group.js";

/**
 * If an agent is silent for this long, because it hangs or was stopped, its tests are killed. This is much shorter than a
 * lease: when the lease is over, the job may begin on another machine.
 */
const deadlineMs = 30_000;
const beatMs = 2_000;

/**
 * A script for bash that continues when its standard input was silent for too long, or has ended. It also checks the machine's
 * uptime: if the whole machine was suspended, the agent and this script resume at the same moment.
 */
export const untilSilent = [
  "up() { IFS=. read -r now _ </proc/uptime; }",
  "up; last=$now",
  `while IFS= read -r -t ${deadlineMs / 1_000} _; do up; (( now - last < ${deadlineMs / 1_000} )) || break; last=$now; done`,
].join("; ");

const listeners = new Set<ChildProcess>();
let beats: NodeJS.Timeout | undefined;

/** Regularly tells a process that runs `untilSilent` that the agent lives. The signal comes from the agent's event loop. */
export function beatFor(listener: ChildProcess): void {
  listeners.add(listener);
  listener.once("exit", () => listeners.delete(listener));
  beats ??= setInterval(() => {
    for (const each of listeners) each.stdin?.write("\n");
  }, beatMs).unref();
}

/** Runs a shell command that kills the test when the agent falls silent or ends. @returns a function that cancels this */
export function killWhenSilent(command: string): () => void {
  const watcher = spawn("/bin/bash", ["--norc", "-c", `${untilSilent}; ${command}`], {
    env: { PATH: "/usr/sbin:/usr/bin:/sbin:/bin" },
    cwd: "/",
    detached: true,
    stdio: ["pipe", "ignore", "ignore"],
  });
  watcher.on("error", () => undefined);
  watcher.stdin.on("error", () => undefined);
  beatFor(watcher);
  return () => killGroup(watcher.pid);
}
