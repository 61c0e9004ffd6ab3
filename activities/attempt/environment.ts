import { spawnSync } from "node:child_process";
import { join } from "node:path";
import type { AttemptPlan } from "../../domain/attempt-plan.js";
import { environmentName, variantEnvironment } from "../../domain/variant.js";
import { serviceAddress } from "../../domain/service-address.js";
import { claimFile } from "./results/claims.js";
import type { Workspace } from "./workspace.js";

const loader = new URL("../../library/loader/register.js", import.meta.url).href;

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
    CI: "true",
    HOLDFAST_JOB: plan.jobId,
    HOLDFAST_ATTEMPT: String(attempt),
    HOLDFAST_CLAIM: join(workspace.temporary, claimFile),
    ...(nodeOptions === "" ? {} : { NODE_OPTIONS: nodeOptions }),
    ...Object.fromEntries(services),
    ...variantEnvironment(plan.variant),
  };
}
