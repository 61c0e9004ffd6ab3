import { randomUUID } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import { type Figure, figure } from "../figure.js";
import { type BenchGrid, startBenchGrid } from "../grid.js";
import { servicesOn } from "./probing.js";
import { cpuSeconds } from "../process-cost.js";
import { BenchService } from "../service.js";

const services = 3;
/** Work that the start of the agent or of the test has caused ends in this time. */
const settleMs = 10_000;
const suite = (seconds: number) => `owner: bench@example.org
tests:
  idle:
    test: sleep ${seconds}
    require: [${Array.from({ length: services }, (_, index) => `service:service-${index}`).join(", ")}]
`;

/**
 * CPU time of an agent whose test does nothing and needs three services, as a share of one core. The agent watches once a
 * second and sends the heartbeats of the attempt. The reference is the same agent without a test.
 */
export async function watching(seconds: number): Promise<Figure[]> {
  const service = await new BenchService().start();
  const grid = await startBenchGrid(`machines: { alpha: {} }\n${servicesOn(service.port, services)}`);
  try {
    await grid.until("select 1 from services where state = 'up' and not own having count(*) = $1", [services]);
    await sleep(settleMs);
    const idle = await measure(grid, seconds);
    const sourceHash = await grid.upload(suite(seconds + (3 * settleMs) / 1_000));
    await grid.client.submit({ source: { kind: "upload", sourceHash } }, randomUUID());
    await grid.until("select 1 from jobs where state = 'running'");
    await sleep(settleMs);
    const busy = await measure(grid, seconds);
    return [figure("watching", busy, "cores", idle), figure("watching-cost", busy - idle, "cores")];
  } finally {
    await grid.stop();
    await service.stop();
  }
}

async function measure(grid: BenchGrid, seconds: number): Promise<number> {
  const [before, startedAt] = [cpuSeconds(grid.pidOf("agent-alpha")), performance.now()];
  await sleep(seconds * 1_000);
  return (cpuSeconds(grid.pidOf("agent-alpha")) - before) / ((performance.now() - startedAt) / 1_000);
}
