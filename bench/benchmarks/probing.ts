import { setTimeout as sleep } from "node:timers/promises";
import { type Figure, figure } from "../figure.js";
import { startBenchGrid } from "../grid.js";
import { cpuSeconds, cpuSecondsOfFamily } from "../process-cost.js";
import { BenchService } from "../service.js";

const windowMs = 60_000;
const every = "10s";
const machines = "machines: { alpha: {} }\n";

/**
 * CPU time of the control worker while it probes many services every 10 s and all of them are up, as a share of one
 * core. The reference is the same grid without services. PostgreSQL's share is measured too.
 */
export async function probing(services: number): Promise<Figure[]> {
  const service = await new BenchService().start();
  try {
    const idle = await measure(machines, 0);
    const busy = await measure(machines + servicesOn(service.port, services), services);
    return [
      figure("probing-postgres", busy.postgres, "cores", idle.postgres),
      figure("probing", busy.control, "cores", idle.control),
    ];
  } finally {
    await service.stop();
  }
}

/** The part of a grid file with services that all answer on one port. */
export function servicesOn(port: number, count: number): string {
  const lines = Array.from(
    { length: count },
    (_, index) => `  service-${index}: { probe: { tcp: "127.0.0.1:${port}" }, every: ${every} }\n`,
  );
  return `services:\n${lines.join("")}`;
}

async function measure(gridFile: string, services: number): Promise<{ control: number; postgres: number }> {
  const grid = await startBenchGrid(gridFile);
  try {
    await grid.until("select 1 from services where state = 'up' and not own having count(*) = $1", [services]);
    // Work that the changes to `up` have caused ends in this time.
    await sleep(10_000);
    const read = () => ({
      control: cpuSeconds(grid.pidOf("control")),
      postgres: cpuSecondsOfFamily(grid.pidOf("postgres")),
    });
    const [before, startedAt] = [read(), performance.now()];
    await sleep(windowMs);
    const [after, seconds] = [read(), (performance.now() - startedAt) / 1_000];
    return {
      control: (after.control - before.control) / seconds,
      postgres: (after.postgres - before.postgres) / seconds,
    };
  } finally {
    await grid.stop();
  }
}
