// Installs system programs that the grid uses if they exist. If they cannot be installed, the grid runs without them.
import { spawnSync } from "node:child_process";
import { run } from "./steps.mjs";

/** For each program: the Debian package that contains it, and what is missing without it. */
const tools = { nft: { name: "nftables", without: "tests can connect to the ports of the grid's own servers" } };
export const browser = { chromium: { name: "chromium", without: "tests of the page are skipped" } };

const minutes5 = 300_000;
const lockSeconds = 120;

/** @param {Record<string, { name: string; without: string }>} [wanted] */
export async function provideSystemTools(wanted = tools) {
  const missing = Object.entries(wanted).filter(([program]) => !isThere(program));
  if (missing.length === 0) return "there";
  const lost = missing.map(([program, { without }]) => `without ${program}, ${without}`).join("; ");
  if (process.getuid?.() !== 0 || !isThere("apt-get")) return lost;
  const packages = missing.map(([, { name }]) => name);
  // Another installation can hold the lock for a while.
  const patient = ["--option", `DPkg::Lock::Timeout=${lockSeconds}`];
  const install = ["install", "--yes", "--no-install-recommends", ...patient, ...packages];
  const options = { timeout: minutes5, env: { ...process.env, DEBIAN_FRONTEND: "noninteractive" } };
  try {
    // The package lists are updated only if the installation fails: a new machine often has none, and old ones are often enough.
    await run("apt-get", install, options).catch(async () => {
      await run("apt-get", ["update", ...patient], options);
      await run("apt-get", install, options);
    });
    return `installed ${packages.join(", ")}`;
  } catch {
    return `${packages.join(", ")} could not be installed: ${lost}`;
  }
}

/** @param {string} program */
function isThere(program) {
  return spawnSync("sh", ["-c", `command -v ${program}`], { stdio: "ignore" }).status === 0;
}
