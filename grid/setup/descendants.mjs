import { readdirSync, readFileSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";

const patienceMs = 30_000;

/** @typedef {{ pid: number, start: string | undefined, command: string }} Process */

/**
 * Ends every process that this one has started, directly or not: first the grids, which end their own processes in order,
 * then all others.
 */
export async function endDescendants() {
  /** @type {Map<number, Process>} */
  const known = new Map();
  const look = () => {
    for (const each of descendantsOf(process.pid)) known.set(each.pid, each);
    return [...known.values()].filter(isThere);
  };
  const all = look();
  const grids = all.filter(({ command }) => /holdfast\.mjs\0(.*\0)?up\0/.test(command));
  // The test runner is killed first, because it would only start more.
  for (const { pid } of all) if (parentOf(pid) === process.pid) signal(pid, "SIGKILL");
  for (const { pid } of grids) signal(pid, "SIGTERM");
  for (const deadline = Date.now() + patienceMs; grids.some(isThere) && Date.now() < deadline; await sleep(100)) look();
  for (const deadline = Date.now() + patienceMs; look().length > 0 && Date.now() < deadline; await sleep(100))
    for (const { pid } of look()) signal(pid, "SIGKILL");
}

/** @param {Process} process */
function isThere({ pid, start }) {
  return startOf(pid) === start;
}

/**
 * @param {number} root
 * @returns {Process[]}
 */
function descendantsOf(root) {
  const processes = readdirSync("/proc")
    .filter((name) => /^\d+$/.test(name))
    .map(Number);
  const parents = new Map(processes.map((pid) => [pid, parentOf(pid)]));
  /** @param {number} pid */
  const isBelow = (pid) => {
    for (let at = parents.get(pid) ?? 0; at > 0; at = parents.get(at) ?? 0) if (at === root) return true;
    return false;
  };
  return processes
    .filter(isBelow)
    .map((pid) => ({ pid, start: startOf(pid), command: read(`/proc/${pid}/cmdline`) }))
    .filter(({ start }) => start !== undefined);
}

/**
 * When a process was started, in the kernel's ticks; undefined once it is gone or a zombie.
 * @param {number} pid
 */
function startOf(pid) {
  const fields = fieldsOf(pid);
  return fields === undefined || fields[0] === "Z" ? undefined : fields[19];
}

/** @param {number} pid */
function parentOf(pid) {
  return Number(fieldsOf(pid)?.[1] ?? 0);
}

/**
 * The fields of a process in `/proc/<pid>/stat`, after its name.
 * @param {number} pid
 */
function fieldsOf(pid) {
  const text = read(`/proc/${pid}/stat`);
  return text === "" ? undefined : text.slice(text.lastIndexOf(")") + 2).split(" ");
}

/** @param {string} file */
function read(file) {
  try {
    return readFileSync(file, "utf8");
  } catch {
    return "";
  }
}

/**
 * @param {number} pid
 * @param {NodeJS.Signals} name
 */
function signal(pid, name) {
  try {
    process.kill(pid, name);
  } catch {
    // The process has ended.
  }
}
