import { setTimeout as sleep } from "node:timers/promises";
import { type Figure, figure } from "../figure.js";
import { type BenchGrid, startBenchGrid } from "../grid.js";
import { measureHeld } from "../held-cost.js";
import { gridWithNfs, holdJobs } from "../held-jobs.js";
import { BenchService } from "../service.js";

const slots = 8;
const limitMs = 15 * 60_000;
/** More jobs would show nothing new. The other held jobs are dropped with the grid. */
const mostDrained = 2_000;

/**
 * A service comes back for which many jobs are held. Measures how soon the first job starts after the probe that makes the
 * service up, and what share of the slots has a live lease from the first start to the last. All held jobs slow down every
 * pass of the dispatch loop; the first 2,000 of them are drained and measured. Slots that a gradual release leaves empty
 * count as not busy. The tests sleep for half a second: with tests that do nothing, the processor would be busy and not the
 * machines. `attempt-share` is the share of slot time in which an attempt was running.
 */
export async function recovery(jobs: number): Promise<Figure[]> {
  const service = await new BenchService().start();
  await service.stop();
  const grid = await startBenchGrid(gridWithNfs(service.port));
  try {
    const { held } = await holdJobs(grid, jobs, limitMs);
    const cost = await measureHeld(grid, held);
    await service.start();
    const measured = Math.min(held, mostDrained);
    await drain(grid, measured);
    return [figure("held-jobs", held, "jobs", jobs), ...cost, ...(await readRecovery(grid, measured))];
  } finally {
    await grid.stop();
    await service.stop();
  }
}

async function drain(grid: BenchGrid, jobs: number): Promise<void> {
  for (;;) {
    const rows = await grid.query<{ done: number }>("select count(*)::int as done from jobs where state = 'finished'");
    if (rows[0]!.done >= jobs) return;
    await sleep(500);
  }
}

interface Recovery {
  recorded_ms: number;
  first_start_ms: number;
  seconds: number;
  leased: number;
  working: number;
  not_passed: number;
}

async function readRecovery(grid: BenchGrid, jobs: number): Promise<Figure[]> {
  const rows = await grid.query<Recovery>(
    `with bounds as (
      select min(started_at) as first, max(started_at) as last
      from (select started_at from attempts order by started_at limit $1) as measured),
    up as (select since from services where service = 'nfs')
    select
      (select extract(epoch from max(at) - since) * 1000 from audit where action = 'up' and target = 'service:nfs')::float as recorded_ms,
      extract(epoch from first - since)::float * 1000 as first_start_ms,
      extract(epoch from last - first)::float as seconds,
      (select sum(extract(epoch from least(coalesce(released_at, last), last) - greatest(offered_at, first)))
        from leases where offered_at < last and coalesce(released_at, last) > first)::float as leased,
      (select sum(extract(epoch from least(coalesce(ended_at, last), last) - greatest(started_at, first)))
        from attempts where started_at < last and coalesce(ended_at, last) > first)::float as working,
      (select count(*) from jobs where verdict <> 'pass')::int as not_passed
    from bounds, up`,
    [jobs],
  );
  const found = rows[0]!;
  if (found.not_passed > 0) throw new Error(`${found.not_passed} no-op jobs did not pass`);
  return [
    figure("up-recorded-ms", found.recorded_ms, "ms"),
    figure("first-start-ms", found.first_start_ms, "ms"),
    figure("jobs-per-second", jobs / found.seconds, "jobs/s"),
    figure("attempt-share", found.working / (slots * found.seconds), "of slot time"),
    figure("busy-share", found.leased / (slots * found.seconds), "of slot time"),
  ];
}
