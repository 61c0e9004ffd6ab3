import { setTimeout as sleep } from "node:timers/promises";
import { monitorWorkflowId } from "../../workflows/messages.js";
import { type Figure, figure } from "../figure.js";
import { startBenchGrid } from "../grid.js";
import { servicesOn } from "./probing.js";
import { BenchService } from "../service.js";

const services = 20;

/** The history events per hour that the health monitor adds while its services are probed and nothing changes. */
export async function quiet(minutes: number): Promise<Figure[]> {
  const service = await new BenchService().start();
  const grid = await startBenchGrid(`machines: { alpha: {} }\n${servicesOn(service.port, services)}`);
  try {
    await grid.until("select 1 from services where state = 'up' and not own having count(*) = $1", [services]);
    await sleep(10_000);
    const monitor = grid.temporal.workflow.getHandle(monitorWorkflowId);
    const before = await monitor.describe();
    await sleep(minutes * 60_000);
    const after = await monitor.describe();
    if (after.runId !== before.runId) throw new Error("the health monitor began a new run during the measurement");
    const events = after.historyLength - before.historyLength;
    return [figure("monitor-events", events, "events"), figure("quiet", (events * 60) / minutes, "events/h")];
  } finally {
    await grid.stop();
    await service.stop();
  }
}
