import { randomUUID } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import { type Figure, figure } from "../figure.js";
import { type BenchGrid, startBenchGrid } from "../grid.js";
import { gridWithNfs } from "../held-jobs.js";
import { findMonitorWorkerPid, startSecondWorker } from "../second-worker.js";
import { BenchService } from "../service.js";

/** The number of unfinished jobs when the worker freezes. */
const underWay = 12;
const betweenJobsMs = 4_000;
/** How long a resumed worker may take to finish what it had begun. */
const aftermathMs = 20_000;
const suite = `owner: bench@example.org
tests:
  short: { test: sleep 1, require: [service:nfs] }
`;

/**
 * Freezes the control worker that watches services and admits jobs, while a second worker runs. Measures how long it takes
 * until services are watched again, and until a job that is submitted at the freeze starts. Jobs come in for `seconds`, then
 * the frozen worker resumes. `doubled` counts surplus attempts, mails and outages, and `missing` the mails that never came.
 */
export async function frozen(seconds: number): Promise<Figure[]> {
  const service = await new BenchService().start();
  const grid = await startBenchGrid(gridWithNfs(service.port));
  let endSecond = startSecondWorker(grid);
  let pid: number | undefined;
  try {
    await grid.until("select 1 from services where state = 'up' and not own");
    const sourceHash = await grid.upload(suite);
    const submit = async () =>
      (await grid.client.submit({ source: { kind: "upload", sourceHash } }, randomUUID())).jobs[0]!.jobId;
    // Both workers poll by now.
    await sleep(8_000);
    // A worker that stood still for a moment may have lost one of the two activities. Then the other worker gets both again.
    for (let tries = 0; tries < 3 && (await isSplit(grid)); tries++) {
      await endSecond();
      await grid.until("select 1 from services where last_probe_at > now() - interval '1 s'");
      endSecond = startSecondWorker(grid);
      await sleep(8_000);
    }
    const jobs = await Promise.all(Array.from({ length: underWay }, submit));
    await sleep(1_500);
    pid = await findMonitorWorkerPid(grid);
    process.kill(pid, "SIGSTOP");
    const frozenAt = Date.now();
    const first = await submit();
    jobs.push(first);
    const [watchGap, admissionGap] = await Promise.all([
      secondsUntil(grid, frozenAt, "select last_probe_at as at from services where not own and last_probe_at > $1", [
        // This ignores a probe that was in progress at the freeze. Both times come from the same clock.
        new Date(frozenAt + 500),
      ]),
      secondsUntil(grid, frozenAt, "select started_at as at from attempts where job_id = $1", [first]),
      submitUntil(frozenAt + seconds * 1_000, submit, jobs),
    ]);
    resume(pid);
    pid = undefined;
    await grid.until("select 1 where not exists (select 1 from jobs where verdict is null)");
    await sleep(aftermathMs);
    const { doubled, missing } = await readAftermath(grid, jobs);
    return [
      figure("jobs", jobs.length, "jobs"),
      figure("watch-gap-s", watchGap, "s"),
      figure("missing", missing, "mails"),
      figure("doubled", doubled, "attempts, mails and outages"),
      figure("admission-gap-s", admissionGap, "s"),
    ];
  } finally {
    if (pid !== undefined) resume(pid);
    await endSecond();
    await grid.stop();
    await service.stop();
  }
}

/** Lets a stopped process run again. The grid's supervisor may have killed and replaced it in the meantime. */
function resume(pid: number): void {
  try {
    process.kill(pid, "SIGCONT");
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "ESRCH") throw error;
  }
}

/** The seconds from a time to the `at` of the first row. Waits for that row. */
async function secondsUntil(grid: BenchGrid, fromMs: number, text: string, values: unknown[]): Promise<number> {
  for (;;) {
    const [row] = await grid.query<{ at: Date }>(text, values);
    if (row !== undefined) return (row.at.getTime() - fromMs) / 1_000;
    await sleep(100);
  }
}

async function submitUntil(endMs: number, submit: () => Promise<string>, jobs: string[]): Promise<void> {
  while (Date.now() < endMs) {
    jobs.push(await submit());
    await sleep(betweenJobsMs);
  }
}

/** Whether more than one worker watches services and admits jobs. */
async function isSplit(grid: BenchGrid): Promise<boolean> {
  return findMonitorWorkerPid(grid).then(
    () => false,
    () => true,
  );
}

async function readAftermath(grid: BenchGrid, jobs: readonly string[]): Promise<{ doubled: number; missing: number }> {
  const attempts = await grid.query<{ many: number }>("select count(*)::int as many from attempts group by job_id");
  const outages = await grid.query<{ outage_id: string }>(
    // The time without a watch is one outage. It must be recorded once, and there must be no other outage.
    "select outage_id from outages order by service <> 'grid/control' offset 1",
  );
  const wrong = await grid.query<{ job_id: string }>("select job_id from jobs where verdict <> 'pass'");
  if (wrong.length > 0) throw new Error(`${wrong.length} jobs did not pass, such as ${wrong[0]!.job_id}`);
  const mails = await grid.mails();
  const copiesOf = (jobId: string) =>
    mails.filter(({ headers }) => headers["x-holdfast-job"] === jobId).reduce((total, { copies }) => total + copies, 0);
  const copies = jobs.map(copiesOf);
  const tooMany = (counts: readonly number[]) => counts.reduce((total, count) => total + Math.max(0, count - 1), 0);
  return {
    doubled: tooMany(attempts.map(({ many }) => many)) + tooMany(copies) + outages.length,
    missing: copies.filter((count) => count === 0).length,
  };
}
