import { spawn } from "node:child_process";
import { compiled } from "../grid/package-root.js";
import { monitorWorkflowId } from "../workflows/messages.js";
import { lifeVariable } from "../workers/process/life.js";
import type { BenchGrid } from "./grid.js";
import { environmentOf } from "./process-cost.js";

/** Starts a second control worker like the grid's own. Returns a function that ends it. */
export function startSecondWorker(grid: BenchGrid): () => Promise<void> {
  const worker = spawn(process.execPath, [compiled("workers/control/main.js")], {
    // No supervisor watches this worker.
    env: { ...environmentOf(grid.pidOf("control")), [lifeVariable]: "" },
    stdio: "ignore",
  });
  const ended = new Promise<void>((resolve) => worker.once("exit", () => resolve()));
  const kill = () => worker.kill("SIGKILL");
  process.once("exit", kill);
  return async () => {
    worker.kill("SIGTERM");
    const force = setTimeout(kill, 10_000);
    await ended;
    clearTimeout(force);
    process.off("exit", kill);
  };
}

/** The id of the process that watches services and admits jobs. @throws Error if it is not exactly one known process */
export async function findMonitorWorkerPid({ temporal }: BenchGrid): Promise<number> {
  const { raw } = await temporal.workflow.getHandle(monitorWorkflowId).describe();
  const identities = (raw.pendingActivities ?? []).map(({ lastWorkerIdentity }) => lastWorkerIdentity ?? "");
  // An identity is <pid>@<host>.
  const pids = new Set(identities.map((identity) => Number.parseInt(identity, 10)));
  const [pid] = pids;
  if (pid === undefined || pids.size > 1 || Number.isNaN(pid))
    throw new Error(`the monitor's activities run on ${identities.join(", ") || "no worker"}`);
  return pid;
}
