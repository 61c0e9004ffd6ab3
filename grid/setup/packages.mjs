// Installs packages when the lock file or the Node version has changed.
import { createHash } from "node:crypto";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { exclusively, readIfThere, root, run, SetupError, messageOf } from "./steps.mjs";

const stamp = join(root, "node_modules", ".holdfast-installed");

export function wantedPackages() {
  return createHash("sha256")
    .update(readFileSync(join(root, "package-lock.json")))
    .update(process.version)
    .digest("hex");
}

export function packagesAreInstalled() {
  return readIfThere(stamp) === wantedPackages();
}

/** @throws SetupError naming the remedy. */
export function installPackages() {
  if (packagesAreInstalled()) return "unchanged";
  return exclusively(join(root, ".holdfast-install.tmp"), async () => {
    if (packagesAreInstalled()) return "unchanged";
    try {
      await run("npm", ["ci", "--no-audit", "--no-fund", "--loglevel=error"]);
    } catch (error) {
      throw new SetupError(
        `packages could not be installed; check the network and the npm registry's address, then start again\n${messageOf(error)}`,
      );
    }
    writeFileSync(stamp, wantedPackages());
    return "installed";
  });
}
