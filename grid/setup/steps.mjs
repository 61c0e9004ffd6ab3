// Shared by the set-up scripts. Plain Node, no dependencies: it runs before anything is installed.
import { createHash } from "node:crypto";
import { mkdirSync, readFileSync, readdirSync, rmSync, statfsSync, statSync, writeFileSync } from "node:fs";
import { homedir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { spawn } from "node:child_process";

export const root = dirname(dirname(dirname(fileURLToPath(import.meta.url))));

/** The folder for things that are built once per user. */
export const cacheFolder = join(process.env.XDG_CACHE_HOME || join(homedir(), ".cache"), "holdfast");

/** Says what went wrong and what to do about it. It is shown without a stack. */
/** The oldest Node that Holdfast runs on. */
export const oldestNode = "20.19";

export function nodeIsNewEnough() {
  const [major = 0, minor = 0] = process.versions.node.split(".").map(Number);
  const [oldestMajor = 0, oldestMinor = 0] = oldestNode.split(".").map(Number);
  return major > oldestMajor || (major === oldestMajor && minor >= oldestMinor);
}

export class SetupError extends Error {}

/** @param {unknown} error */
export const messageOf = (error) => (error instanceof Error ? error.message : String(error));
/** @param {unknown} error @returns {string | undefined} */
export const codeOf = (error) => /** @type {NodeJS.ErrnoException} */ (error).code;

/**
 * Runs one step. Shows its name, its progress every 15 seconds, and how long it took.
 * @param {string} name
 * @param {(show: (progress: string) => void) => string | void | Promise<string | void>} work reports its progress with `show`,
 *   and may return a note to show
 */
export async function step(name, work) {
  const started = Date.now();
  const elapsed = () => `${((Date.now() - started) / 1000).toFixed(1)}s`;
  let progress = "";
  const ticker = setInterval(
    () => process.stderr.write(`  … ${name}${progress === "" ? "" : `: ${progress}`} (${elapsed()})\n`),
    15_000,
  );
  try {
    const note = await work((text) => (progress = text));
    process.stderr.write(`✓ ${name}${note ? `: ${note}` : ""} (${elapsed()})\n`);
  } catch (error) {
    process.stderr.write(`✗ ${name} (${elapsed()})\n`);
    throw error;
  } finally {
    clearInterval(ticker);
  }
}

/**
 * Runs a command and returns its output; shows that only if the command fails.
 * @param {string} command
 * @param {string[]} args
 * @param {import("node:child_process").SpawnOptions & { onLine?: (line: string) => void }} options `onLine` gets each line of
 *   its output
 * @returns {Promise<string>}
 */
export function run(command, args, { onLine, ...options } = {}) {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, { cwd: root, stdio: ["ignore", "pipe", "pipe"], ...options });
    let output = "";
    const take = (/** @type {Buffer} */ data) => {
      output += data;
      if (onLine !== undefined) for (const line of String(data).split("\n")) if (line !== "") onLine(line);
    };
    child.stdout?.on("data", take);
    child.stderr?.on("data", take);
    child.on("error", (error) => reject(new SetupError(`cannot run ${command}: ${error.message}`)));
    child.on("close", (code) => {
      if (code === 0) resolve(output);
      else
        reject(
          new SetupError(
            `${command} ${args.join(" ")} ended with ${code}:\n${output.trim().split("\n").slice(-25).join("\n")}`,
          ),
        );
    });
  });
}

/**
 * Runs a command in this terminal and returns its exit code. Passes signals on, unless `leavesSignals` says that the caller
 * handles them.
 * @param {string} command
 * @param {string[]} args
 * @param {import("node:child_process").SpawnOptions & { leavesSignals?: boolean }} options
 * @returns {Promise<number>}
 */
export function runInTerminal(command, args, { leavesSignals = false, ...options } = {}) {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, { cwd: root, stdio: "inherit", ...options });
    if (!leavesSignals)
      for (const signal of /** @type {const} */ (["SIGINT", "SIGTERM"])) process.on(signal, () => child.kill(signal));
    child.on("error", (error) => reject(new SetupError(`cannot run ${command}: ${error.message}`)));
    child.on("close", (code, signal) => resolve(signal ? 1 : (code ?? 1)));
  });
}

/**
 * Runs `work` while no other process runs it. Waits while such a process lives, and takes over if it has died.
 * @template T
 * @param {string} lock the path of a file
 * @param {() => T | Promise<T>} work
 */
export async function exclusively(lock, work) {
  mkdirSync(dirname(lock), { recursive: true });
  let told = false;
  for (;;) {
    try {
      writeFileSync(lock, String(process.pid), { flag: "wx" });
      break;
    } catch (error) {
      if (codeOf(error) !== "EEXIST") throw error;
    }
    const holder = Number(readIfThere(lock) || 0);
    if (!isAlive(holder)) {
      rmSync(lock, { force: true });
      continue;
    }
    if (!told) process.stderr.write(`  waiting for another set-up (process ${holder}) …\n`);
    told = true;
    await new Promise((resolve) => setTimeout(resolve, 500));
  }
  try {
    return await work();
  } finally {
    rmSync(lock, { force: true });
  }
}

/** @param {number} pid */
function isAlive(pid) {
  if (!(pid > 0)) return false;
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return codeOf(error) === "EPERM";
  }
}

/** @param {string} file */
export function readIfThere(file) {
  try {
    return readFileSync(file, "utf8");
  } catch {
    return undefined;
  }
}

/**
 * A hash over the files below these folders and files, without those that match `skip`.
 * @param {string[]} paths
 */
export function hashTree(paths, skip = /node_modules|dist|\.holdfast/) {
  const hash = createHash("sha256");
  /** @param {string} path */
  const visit = (path) => {
    if (skip.test(path.slice(root.length))) return;
    const stat = statSync(path, { throwIfNoEntry: false });
    if (stat === undefined) return;
    if (stat.isDirectory()) for (const name of readdirSync(path).sort()) visit(join(path, name));
    else hash.update(path.slice(root.length)).update("\0").update(readFileSync(path));
  };
  for (const path of paths) visit(join(root, path));
  return hash.digest("hex");
}

/**
 * @param {string} folder
 * @param {number} gigabytes
 * @throws SetupError if the disk of the folder has less free space
 */
export function assertFreeSpace(folder, gigabytes) {
  mkdirSync(folder, { recursive: true });
  const { bavail, bsize } = statfsSync(folder);
  const free = (bavail * bsize) / 1e9;
  if (free < gigabytes)
    throw new SetupError(
      `${folder} has ${free.toFixed(1)} GB free, ${gigabytes} GB are needed; make room, or set XDG_CACHE_HOME to another disk`,
    );
}
