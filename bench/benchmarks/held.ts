import { type Figure, figure } from "../figure.js";
import { startBenchGrid } from "../grid.js";
import { measureHeld } from "../held-cost.js";
import { gridWithNfs, holdJobs } from "../held-jobs.js";
import { residentMb } from "../process-cost.js";
import { BenchService } from "../service.js";

const limitMs = 15 * 60_000;

/**
 * The cost of many held jobs. They are submitted as fast as the grid accepts them, for at most a quarter of an hour.
 * `held-jobs` compares the number that was reached with the number that was wanted.
 */
export async function held(jobs: number): Promise<Figure[]> {
  const service = await new BenchService().start();
  await service.stop();
  const grid = await startBenchGrid(gridWithNfs(service.port));
  try {
    const memory = () => ({ temporal: residentMb(grid.pidOf("temporal")), control: residentMb(grid.pidOf("control")) });
    const empty = memory();
    const filled = await holdJobs(grid, jobs, limitMs);
    const cost = await measureHeld(grid, filled.held);
    const full = memory();
    return [
      figure("held-jobs", filled.held, "jobs", jobs),
      figure("held-per-second", filled.held / filled.seconds, "jobs/s"),
      figure("held-memory-temporal", full.temporal, "MB", empty.temporal),
      figure("held-memory-control", full.control, "MB", empty.control),
      ...cost,
    ];
  } finally {
    await grid.stop();
  }
}
