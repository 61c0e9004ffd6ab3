import { readdirSync, readFileSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";

const patienceMs = 30_000;

/**
 * Ends every process that this one has started, directly or not: first the grids, which end in order what they started,
 * then whatever is left.
 */
export async function endDescendants() {
  const known = new Map();
  const look = () => {
    for (const each of descendantsOf(process.pid)) known.set(each.pid, each);
    return [...known.values()].filter(isThere);
  };
  const all = look();
  const grids = all.filter(({ command }) => /holdfast\.mjs\0(.*\0)?up\0/.test(command));
  // The test runner would only start more.
  for (const { pid } of all) if (parentOf(pid) === process.pid) signal(pid, "SIGKILL");
  for (const { pid } of grids) signal(pid, "SIGTERM");
  for (const deadline = Date.now() + patienceMs; grids.some(isThere) && Date.now() < deadline; await sleep(100)) look();
  for (const deadline = Date.now() + patienceMs; look().length > 0 && Date.now() < deadline; await sleep(100))
    for (const { pid } of look()) signal(pid, "SIGKILL");
}

function isThere({ pid, start }) {
  return startOf(pid) === start;
}

/** @returns {{ pid: number, start: string, command: string }[]} */
function descendantsOf(root) {
  const processes = readdirSync("/proc")
    .filter((name) => /^\d+$/.test(name))
    .map(Number);
  const parents = new Map(processes.map((pid) => [pid, parentOf(pid)]));
  const isBelow = (pid) => {
    for (let at = parents.get(pid); at > 0; at = parents.get(at)) if (at === root) return true;
    return false;
  };
  return processes
    .filter(isBelow)
    .map((pid) => ({ pid, start: startOf(pid), command: read(`/proc/${pid}/cmdline`) }))
    .filter(({ start }) => start !== undefined);
}

/** When a process was started, in the kernel's ticks; undefined once it is gone or a zombie. */
function startOf(pid) {
  const fields = fieldsOf(pid);
  return fields === undefined || fields[0] === "Z" ? undefined : fields[19];
}

function parentOf(pid) {
  return Number(fieldsOf(pid)?.[1] ?? 0);
}

/** What stands in its `stat` after its name. */
function fieldsOf(pid) {
  const text = read(`/proc/${pid}/stat`);
  return text === "" ? undefined : text.slice(text.lastIndexOf(")") + 2).split(" ");
}

function read(file) {
  try {
    return readFileSync(file, "utf8");
  } catch {
    return "";
  }
}

function signal(pid, name) {
  try {
    process.kill(pid, name);
  } catch {
    // It is gone.
  }
}
