// Compiles the sources and bundles the workflows when they have changed.
import { cpSync, mkdirSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { exclusively, hashTree, readIfThere, root, run, codeOf } from "./steps.mjs";

const dist = join(root, "dist");
const stamp = join(dist, ".holdfast-built");
export const sources = [
  "domain",
  "workflows",
  "activities",
  "workers",
  "analysis",
  "library",
  "mail",
  "db",
  "api",
  "client",
  "cli",
  "grid",
  "bench",
  "source",
  "probes",
  "dashboard",
  "tsconfig.json",
  "tsconfig.build.json",
  "package-lock.json",
];

export function isBuilt() {
  return readIfThere(stamp) === hashTree(sources);
}

/** Compiles into a new folder and swaps the folders at the end, so that a running grid never sees half a build. */
export function build() {
  if (isBuilt()) return "unchanged";
  return exclusively(join(root, ".holdfast-build.tmp"), async () => {
    const wanted = hashTree(sources);
    if (readIfThere(stamp) === wanted) return "unchanged";
    const fresh = join(root, "dist.tmp");
    rmSync(fresh, { recursive: true, force: true });
    await run("node", ["node_modules/@typescript/native/bin/tsc", "-p", "tsconfig.build.json", "--outDir", fresh]);
    await run("node", ["node_modules/@typescript/native/bin/tsc", "-p", "dashboard/client"]);
    const vite = ["node_modules/vite/bin/vite.js", "build", "--config", "dashboard/client/vite.config.mjs"];
    await run("node", [...vite, "--outDir", join(fresh, "page")]);
    const { bundleWorkflows } = await import(pathToFileURL(join(root, "grid/setup/bundle.mjs")).href);
    mkdirSync(join(fresh, "workflows"), { recursive: true });
    writeFileSync(join(fresh, "workflows/bundle.cjs"), await bundleWorkflows(fresh));
    writeFileSync(join(fresh, ".holdfast-built"), wanted);
    cpSync(join(root, "db/migrations"), join(fresh, "db/migrations"), { recursive: true });
    for (const part of ["bin", "python", "shell"])
      cpSync(join(root, "library", part), join(fresh, "library", part), { recursive: true });
    const old = join(root, "dist.old.tmp");
    rmSync(old, { recursive: true, force: true });
    try {
      renameSync(dist, old);
    } catch (error) {
      if (codeOf(error) !== "ENOENT") throw error;
    }
    renameSync(fresh, dist);
    rmSync(old, { recursive: true, force: true });
    return "built";
  });
}

if (process.argv[1] === import.meta.filename) await build();
