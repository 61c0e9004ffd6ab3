import { type ChildProcess, spawn } from "node:child_process";
import { killGroup } from "../../../probes/process-group.js";

/**
 * If an agent is silent for this long, because it hangs or was stopped, its tests are killed. This is much shorter than a
 * lease: when the lease is over, the job may begin on another machine.
 */
const deadlineMs = 30_000;
const beatMs = 2_000;

/**
 * A script for bash that goes on when its standard input was silent for too long, or has ended. It looks at the machine's
 * clock too: where the whole machine stood still, the agent and this script go on at the same moment.
 */
export const untilSilent = [
  "up() { IFS=. read -r now _ </proc/uptime; }",
  "up; last=$now",
  `while IFS= read -r -t ${deadlineMs / 1_000} _; do up; (( now - last < ${deadlineMs / 1_000} )) || break; last=$now; done`,
].join("; ");

const listeners = new Set<ChildProcess>();
let beats: NodeJS.Timeout | undefined;

/** Tells a process that runs `untilSilent`, from the agent's own event loop, that the agent lives. */
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
