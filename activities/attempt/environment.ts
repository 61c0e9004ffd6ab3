import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import type { AttemptPlan } from "../../domain/attempt-plan.js";
import { environmentName, variantEnvironment } from "../../domain/variant.js";
import { serviceAddress } from "../../domain/service-address.js";
import { claimFile } from "./results/claims.js";
import type { Workspace } from "./workspace.js";

const loader = new URL("../../library/loader/register.js", import.meta.url).href;

/** Folders and files of Holdfast's own that run in a test: the library, the compiler, and what says that they are modules. */
export function libraryFolders(): string[] {
  const library = fileURLToPath(new URL("../../library", import.meta.url));
  const compiler = createRequire(import.meta.url).resolve("@swc/core");
  const packages = compiler.slice(0, compiler.lastIndexOf("/node_modules/") + "/node_modules".length);
  return [library, packages, findPackageJSON(library)];
}

function findPackageJSON(folder: string): string {
  const file = join(folder, "package.json");
  return existsSync(file) || folder === dirname(folder) ? file : findPackageJSON(dirname(folder));
}

/** NODE_OPTIONS by which the machine's Node runs TypeScript; empty where that Node takes no such option. */
export function typescriptOptions(): string {
  const options = `--import=${loader}`;
  const tried = spawnSync("node", ["-e", "0"], { env: { ...process.env, NODE_OPTIONS: options }, stdio: "ignore" });
  return tried.status === 0 ? options : "";
}

/** What a test sees of the world: nothing of the agent's own environment but the path and the language. */
export function testEnvironment(
  plan: AttemptPlan,
  attempt: number,
  workspace: Workspace,
  nodeOptions: string,
  path: string,
): Record<string, string> {
  const services = plan.services.flatMap(({ name, probe }) => {
    const address = serviceAddress(probe);
    return address === undefined ? [] : [[`HOLDFAST_SERVICE_${environmentName(name)}`, address] as const];
  });
  return {
    PATH: path,
    HOME: workspace.home,
    TMPDIR: workspace.temporary,
    LANG: "C.UTF-8",
    SHELL: "/bin/sh",
    TERM: "xterm",
    CI: "true",
    ...(plan.revision === undefined ? {} : { HOLDFAST_REVISION: plan.revision }),
    ...(plan.branch === undefined ? {} : { HOLDFAST_BRANCH: plan.branch }),
    HOLDFAST_JOB: plan.jobId,
    HOLDFAST_ATTEMPT: String(attempt),
    HOLDFAST_CLAIM: join(workspace.temporary, claimFile),
    ...(nodeOptions === "" ? {} : { NODE_OPTIONS: nodeOptions }),
    ...Object.fromEntries(services),
    ...variantEnvironment(plan.variant),
  };
}
