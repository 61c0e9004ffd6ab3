import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { createRequire } from "node:module";
import { delimiter, dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import type { AttemptPlan } from "../../../domain/jobs/attempt-plan.js";
import { environmentName, variantEnvironment } from "../../../domain/jobs/variant.js";
import { serviceAddress } from "../../../domain/health/service-address.js";
import { claimFile, useFile, versionsFile } from "../results/notes.js";
import type { Workspace } from "./workspace.js";

const loader = new URL("../../../library/loader/register.js", import.meta.url).href;
const library = fileURLToPath(new URL("../../../library", import.meta.url));
const shim = fileURLToPath(new URL("../../../library/bin", import.meta.url));

/** Holdfast's own folders and files that a test runs: the library, the compiler, and the package.json for the library. */
export function libraryFolders(): string[] {
  const compiler = createRequire(import.meta.url).resolve("@swc/core");
  const packages = compiler.slice(0, compiler.lastIndexOf("/node_modules/") + "/node_modules".length);
  return [library, packages, findPackageJSON(library)];
}

function findPackageJSON(folder: string): string {
  const file = join(folder, "package.json");
  return existsSync(file) || folder === dirname(folder) ? file : findPackageJSON(dirname(folder));
}

/** Variables with which the command `node` runs TypeScript. Empty if the machine's Node cannot do that. */
export function typescriptNode(path: string): Record<string, string> {
  const node = path
    .split(delimiter)
    .map((folder) => join(folder, "node"))
    .find((file) => existsSync(file));
  if (node === undefined) return {};
  const tried = spawnSync(node, [`--import=${loader}`, "-e", "0"], { stdio: "ignore" });
  if (tried.status !== 0) return {};
  // The first `node` on the path is a script that starts the machine's Node with the loader.
  return { PATH: `${shim}${delimiter}${path}`, HOLDFAST_NODE: node, HOLDFAST_NODE_LOADER: loader };
}

/** The environment variables of a test. From the agent's own environment, it gets only the path. */
export function testEnvironment(
  plan: AttemptPlan,
  attempt: number,
  workspace: Workspace,
  node: Readonly<Record<string, string>>,
  path: string,
): Record<string, string> {
  const required = plan.services.flatMap(({ name, probe }) => {
    const address = serviceAddress(probe);
    return address === undefined ? [] : [{ service: name, address }];
  });
  // A test may use a service whose requirement was not declared or found. It gets the address, and its use is observed.
  const others = plan.network === "private" ? [] : (plan.addresses ?? []);
  const services = [...others, ...required].map(
    ({ service, address }) => [`HOLDFAST_SERVICE_${environmentName(service)}`, address] as const,
  );
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
    HOLDFAST_USE: join(workspace.temporary, useFile),
    HOLDFAST_VERSIONS: join(workspace.temporary, versionsFile),
    HOLDFAST_LIBRARY: join(library, "shell"),
    PYTHONPATH: join(library, "python"),
    // Python must not write compiled files into the library's folder, which belongs to Holdfast.
    PYTHONDONTWRITEBYTECODE: "1",
    ...node,
    ...Object.fromEntries(services),
    ...variantEnvironment(plan.variant),
    ...plan.secrets,
  };
}
