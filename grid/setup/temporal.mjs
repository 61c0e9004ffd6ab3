// Provides a Temporal server: TEMPORAL_ADDRESS, `temporal` on PATH, built with Go once per user, or the SDK's download.
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { spawnSync } from "node:child_process";
import { assertFreeSpace, cacheFolder, exclusively, root, run, SetupError, messageOf } from "./steps.mjs";

const version = "1.8.2";
export const oldestGo = [1, 26, 4];
const builtBinary = join(cacheFolder, `temporal-cli-${version}`, "temporal");

/** The command of the Temporal CLI that this machine can use now, or undefined. */
export function findTemporal() {
  if (answers("temporal")) return "temporal";
  return answers(builtBinary) ? builtBinary : undefined;
}

/** Whether the Go on PATH can build the server, and its version. */
export function findGo() {
  const found = /go(\d+)\.(\d+)(?:\.(\d+))?/.exec(spawnSync("go", ["version"], { encoding: "utf8" }).stdout ?? "");
  if (found === null) return { usable: false, version: undefined };
  const parts = found.slice(1).map((part) => Number(part ?? 0));
  const difference = parts.map((part, index) => part - (oldestGo[index] ?? 0)).find((value) => value !== 0) ?? 0;
  return { usable: difference >= 0, version: found[0] };
}

/** Where the SDK downloads the server from. */
const downloads = "https://temporal.download/";

/**
 * @param {(progress: string) => void} show
 * @throws SetupError naming the remedy
 */
export async function provideTemporal(show = () => undefined) {
  if (process.env.TEMPORAL_ADDRESS) return `own server at ${process.env.TEMPORAL_ADDRESS}`;
  const found = findTemporal();
  if (found !== undefined) return found === "temporal" ? "found on PATH" : "cached";
  return exclusively(join(cacheFolder, "temporal.lock"), async () => {
    if (findTemporal() !== undefined) return "cached";
    forgetInterrupted();
    const go = findGo();
    if (!go.usable) return download(go.version, show);
    // A download is tried first: it takes seconds, and a build takes minutes.
    if (!(await canDownload())) return build(go.version, show);
    try {
      return await download(go.version, show);
    } catch (error) {
      process.stderr.write(`  the download failed (${messageOf(error).split("\n")[0]})\n`);
      return build(go.version, show);
    }
  });
}

/** Whether this network reaches the address of the download. */
export async function canDownload() {
  try {
    return (await fetch(downloads, { method: "HEAD", signal: AbortSignal.timeout(5_000) })).status < 500;
  } catch {
    return false;
  }
}

/** Removes the files that an interrupted set-up has left, because they are large. */
function forgetInterrupted() {
  const left = readdirSync(cacheFolder).filter((name) => /^(building|downloading)-/.test(name));
  for (const name of left) rmSync(join(cacheFolder, name), { recursive: true, force: true });
}

/**
 * @param {string | undefined} goVersion
 * @param {(progress: string) => void} show
 */
async function build(goVersion, show) {
  process.stderr.write(`  building Temporal ${version} with ${goVersion}, once per user; about 4 minutes …\n`);
  assertFreeSpace(cacheFolder, 7);
  const work = mkdtempSync(join(cacheFolder, "building-"));
  try {
    cpSync(join(root, "grid/setup/temporal-cli"), join(work, "module"), { recursive: true });
    const env = {
      ...process.env,
      GOCACHE: join(work, "cache"),
      GOMODCACHE: join(work, "modules"),
      GOFLAGS: "-modcacherw -mod=readonly",
      CGO_ENABLED: "0",
    };
    let [modules, packages] = [0, 0];
    const onLine = (/** @type {string} */ line) => {
      if (line.startsWith("go: downloading ")) show(`${++modules} modules downloaded`);
      else show(`${++packages} packages compiled, of about 1,900`);
    };
    await run(
      "go",
      [
        "build",
        "-v",
        "-trimpath",
        "-ldflags",
        "-s -w",
        "-o",
        join(work, "temporal"),
        "github.com/temporalio/cli/cmd/temporal",
      ],
      { cwd: join(work, "module"), env, onLine },
    );
    return install(join(work, "temporal"), "built");
  } catch (error) {
    throw new SetupError(
      `the Temporal server could not be built; install a \`temporal\` command on PATH or set TEMPORAL_ADDRESS\n${messageOf(error)}`,
    );
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
}

/**
 * @param {string | undefined} goVersion
 * @param {(progress: string) => void} show
 */
async function download(goVersion, show) {
  const work = mkdtempSync(join(cacheFolder, "downloading-"));
  try {
    const script = `
      import { TestWorkflowEnvironment } from "@temporalio/testing";
      const environment = await TestWorkflowEnvironment.createLocal({ server: { executable: { type: "cached-download", downloadDir: process.argv[1] } } });
      await environment.teardown();`;
    mkdirSync(work, { recursive: true });
    writeFileSync(
      join(work, "package.json"),
      JSON.stringify({
        private: true,
        type: "module",
        dependencies: {
          "@temporalio/testing": JSON.parse(readFileSync(join(root, "package.json"), "utf8")).dependencies[
            "@temporalio/client"
          ],
        },
      }),
    );
    writeFileSync(join(work, "download.mjs"), script);
    show("installing the SDK's downloader");
    await run("npm", ["install", "--no-audit", "--no-fund", "--loglevel=error"], { cwd: work });
    const watch = setInterval(() => show(`${Math.round(sizeOf(work) / 1e6)} MB downloaded`), 1_000);
    await run("node", ["download.mjs", work], { cwd: work }).finally(() => clearInterval(watch));
    const found =
      (await run("find", [work, "-name", "temporal*", "-type", "f", "-perm", "-100", "-size", "+20M"]))
        .trim()
        .split("\n")[0] ?? "";
    return install(found, "downloaded");
  } catch (error) {
    const go = goVersion === undefined ? "no Go is on PATH" : `${goVersion} is older than go${oldestGo.join(".")}`;
    throw new SetupError(
      `no Temporal server: none on PATH, ${go}, and the download failed; install the \`temporal\` command, or Go ≥ ${oldestGo.join(".")}, or set TEMPORAL_ADDRESS\n${messageOf(error)}`,
    );
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
}

/**
 * Moves the binary to its place in one step, so that an interrupted set-up leaves nothing unfinished.
 * @param {string} binary
 * @param {string} how the way in which the server was provided, for people
 */
function install(binary, how) {
  if (!answers(binary)) throw new SetupError(`${binary} does not run`);
  mkdirSync(join(builtBinary, ".."), { recursive: true });
  renameSync(binary, builtBinary);
  return how;
}

/**
 * The size of the files in a folder, without its subfolders.
 * @param {string} folder
 */
function sizeOf(folder) {
  return readdirSync(folder, { withFileTypes: true })
    .filter((entry) => entry.isFile())
    .reduce((sum, { name }) => sum + (statSync(join(folder, name), { throwIfNoEntry: false })?.size ?? 0), 0);
}

/** @param {string} command */
function answers(command) {
  if (command.includes("/") && !existsSync(command)) return false;
  return spawnSync(command, ["--version"], { stdio: "ignore" }).status === 0;
}
