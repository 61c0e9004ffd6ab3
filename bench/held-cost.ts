import { setTimeout as sleep } from "node:timers/promises";
import { jobWorkflowId } from "../workflows/messages.js";
import { type Figure, figure } from "./figure.js";
import type { BenchGrid } from "./grid.js";
import { cpuSeconds, cpuSecondsOfFamily } from "./process-cost.js";

const windowMs = 20_000;
/** PostgreSQL publishes the counts of idle connections after at most 10 s. */
const settleMs = 12_000;
const sampleSize = 50;

/**
 * Measures the grid while jobs are held and nothing else happens: history events of a sample of the jobs, changed rows per job,
 * transactions of the whole grid, and CPU time as a share of one core.
 */
export async function measureHeld(grid: BenchGrid, jobs: number): Promise<Figure[]> {
  await sleep(settleMs);
  const sample = await grid.query<{ job_id: string }>(
    "select job_id from jobs where state = 'held' order by random() limit $1",
    [sampleSize],
  );
  const eventsBefore = await countEvents(grid, sample);
  const read = async () => ({ ...(await readDatabase(grid)), ...readCpu(grid) });
  const [before, startedAt] = [await read(), performance.now()];
  if (before.changes < jobs) throw new Error("PostgreSQL does not count the rows that change (track_counts)");
  await sleep(windowMs);
  const [after, seconds] = [await read(), (performance.now() - startedAt) / 1_000];
  const events = (await countEvents(grid, sample)) - eventsBefore;
  return [
    figure("held-events-per-job", events / sample.length, "events/job"),
    figure("held-transactions-per-second", (after.transactions - before.transactions) / seconds, "transactions/s"),
    figure("held-cpu-control", (after.control - before.control) / seconds, "cores"),
    figure("held-cpu-temporal", (after.temporal - before.temporal) / seconds, "cores"),
    figure("held-cpu-postgres", (after.postgres - before.postgres) / seconds, "cores"),
    figure("held-updates", (after.changes - before.changes) / jobs, "rows/job"),
  ];
}

async function readDatabase(grid: BenchGrid): Promise<{ changes: number; transactions: number }> {
  const rows = await grid.query<{ changes: number; transactions: number }>(`
    select (select sum(n_tup_ins + n_tup_upd + n_tup_del) from pg_stat_user_tables
        where relname in ('jobs', 'waiters', 'holds', 'leases'))::float as changes,
      (select xact_commit + xact_rollback from pg_stat_database where datname = current_database())::float as transactions`);
  return rows[0]!;
}

async function countEvents({ temporal }: BenchGrid, sample: readonly { job_id: string }[]): Promise<number> {
  const descriptions = await Promise.all(
    sample.map(({ job_id }) => temporal.workflow.getHandle(jobWorkflowId(job_id)).describe()),
  );
  return descriptions.reduce((total, { historyLength }) => total + historyLength, 0);
}

function readCpu(grid: BenchGrid) {
  return {
    control: cpuSeconds(grid.pidOf("control")),
    temporal: cpuSeconds(grid.pidOf("temporal")),
    postgres: cpuSecondsOfFamily(grid.pidOf("postgres")),
  };
}
