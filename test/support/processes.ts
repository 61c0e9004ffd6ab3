import { readdirSync, readFileSync } from "node:fs";

/** The ids of processes whose command line has this text. Inside a namespace a process has another id. */
export function processesSaying(text: string): number[] {
  const isMeant = (pid: string) => {
    try {
      return readFileSync(`/proc/${pid}/cmdline`, "utf8").replaceAll("\0", " ").includes(text);
    } catch {
      return false;
    }
  };
  return readdirSync("/proc")
    .filter((name) => /^\d+$/.test(name) && isMeant(name))
    .map(Number)
    .filter(isRunning);
}

/** Whether a process still runs. One that only waits to be reaped does not. */
export function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    const status = readFileSync(`/proc/${pid}/stat`, "utf8");
    return status.slice(status.lastIndexOf(")") + 2)[0] !== "Z";
  } catch {
    return false;
  }
}
