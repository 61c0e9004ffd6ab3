// holdfast doctor: says what this machine lacks, without starting anything.
import { existsSync, statfsSync } from "node:fs";
import { join } from "node:path";
import { spawnSync } from "node:child_process";
import { isBuilt } from "./build.mjs";
import { packagesAreInstalled } from "./packages.mjs";
import { cacheFolder, nodeIsNewEnough, oldestNode, root } from "./steps.mjs";
import { canDownload, findGo, findTemporal, oldestGo } from "./temporal.mjs";

/** @param {string} folder */
const freeGb = (folder) => {
  const { bavail, bsize } = statfsSync(existsSync(folder) ? folder : root);
  return (bavail * bsize) / 1e9;
};
/**
 * @param {string} command
 * @param {string[]} args
 */
const has = (command, ...args) => spawnSync(command, args, { stdio: "ignore" }).status === 0;

/** @returns {Promise<[boolean, string]>} */
async function temporal() {
  if (process.env.TEMPORAL_ADDRESS) return [true, `own server at ${process.env.TEMPORAL_ADDRESS}`];
  const found = findTemporal();
  if (found) return [true, found];
  if (await canDownload()) return [true, "not installed yet; npm start downloads it"];
  const go = findGo();
  const building = `npm start builds it with ${go.version} (about 4 minutes, 7 GB of ${cacheFolder} meanwhile)`;
  return go.usable
    ? [true, `not installed yet, and the network blocks the download; ${building}`]
    : [
        false,
        `none on PATH, the network blocks the download, and there is no Go ≥ ${oldestGo.join(".")} to build it; install either, or set TEMPORAL_ADDRESS`,
      ];
}

/** @type {[string, boolean, string][]} */
const checks = [
  [
    "Node",
    nodeIsNewEnough(),
    `${process.versions.node}${nodeIsNewEnough() ? "" : `; ${oldestNode} or newer is needed`}`,
  ],
  ["git", has("git", "--version"), has("git", "--version") ? "found" : "not found; sources from repositories need it"],
  ["packages", true, packagesAreInstalled() ? "installed" : "not installed yet; npm start does it"],
  ["build", true, isBuilt() ? "current" : "not current; npm start makes it"],
  ["Temporal", ...(await temporal())],
  [
    "disk",
    freeGb(root) > 1,
    `${freeGb(root).toFixed(1)} GB free in ${root}, ${freeGb(cacheFolder).toFixed(1)} GB in ${cacheFolder}`,
  ],
  [
    "grid",
    true,
    existsSync(join(process.env.HOLDFAST_DATA || join(process.cwd(), ".holdfast"), "endpoints.json"))
      ? "runs in this folder"
      : "none runs in this folder",
  ],
];
for (const [name, isFine, detail] of checks)
  process.stdout.write(`${isFine ? "✓" : "✗"} ${name.padEnd(9)} ${detail}\n`);
process.exitCode = checks.every(([, isFine]) => isFine) ? 0 : 1;
