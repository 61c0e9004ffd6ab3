import { readdirSync, readFileSync } from "node:fs";

/** The kernel counts the time of a process in ticks of 10 ms. */
const ticksPerSecond = 100;

/** CPU time that a process has used, with all its threads, in seconds. @throws if the process has ended */
export function cpuSeconds(pid: number): number {
  return sumOf(statOf(pid).slice(11, 13));
}

/** CPU time of a process and of all children that it has or had, in seconds. PostgreSQL uses one process per connection. */
export function cpuSecondsOfFamily(pid: number): number {
  const living = readdirSync("/proc")
    .filter((name) => /^\d+$/.test(name))
    .map((name) => statIfAlive(Number(name)))
    .filter((fields) => Number(fields?.[1]) === pid);
  return living.reduce((total, fields) => total + sumOf(fields?.slice(11, 13) ?? []), sumOf(statOf(pid).slice(11, 15)));
}

/** Memory that a process has in RAM, in MB. */
export function residentMb(pid: number): number {
  const line = /^VmRSS:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, "utf8"));
  return Number(line?.[1]) / 1_024;
}

/** The environment that a process was started with. */
export function environmentOf(pid: number): NodeJS.ProcessEnv {
  const entries = readFileSync(`/proc/${pid}/environ`, "utf8").split("\0").filter(Boolean);
  return Object.fromEntries(
    entries.map((entry) => [entry.slice(0, entry.indexOf("=")), entry.slice(entry.indexOf("=") + 1)]),
  );
}

/** The fields in /proc/<pid>/stat after the command. The command itself may contain spaces. */
function statOf(pid: number): string[] {
  const text = readFileSync(`/proc/${pid}/stat`, "utf8");
  return text.slice(text.lastIndexOf(")") + 2).split(" ");
}

function statIfAlive(pid: number): string[] | undefined {
  try {
    return statOf(pid);
  } catch {
    // The process has ended in the meantime.
    return undefined;
  }
}

function sumOf(ticks: readonly string[]): number {
  return ticks.reduce((total, count) => total + Number(count), 0) / ticksPerSecond;
}
