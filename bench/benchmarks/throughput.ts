import { randomUUID } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { Worker } from "@temporalio/worker";
import { connectTemporal } from "../../workers/process/temporal-worker.js";
import { jobWorkflowId } from "../../workflows/messages.js";
import { type BenchGrid, startBenchGrid } from "../grid.js";
import { type Figure, figure, median } from "../figure.js";

/** A test may have at most 256 variants. */
const mostJobs = 256;
const rounds = 3;
const gridFile = "machines:\n  alpha: { slots: 4 }\n  beta: { slots: 4 }\n";

/** No-op jobs per second through the whole stack, compared with a bare workflow with three activities on the same server. */
export async function throughput(wanted: number): Promise<Figure[]> {
  const jobs = Math.min(wanted, mostJobs);
  const grid = await startBenchGrid(gridFile);
  try {
    const bare = await startBareWorker(grid, jobs);
    const source = await grid.upload(suite(jobs));
    await runJobs(grid, source, jobs);
    const rates: { bare: number; jobs: number }[] = [];
    for (let round = 0; round < rounds; round++)
      rates.push({ bare: await bare.run(), jobs: await runJobs(grid, source, jobs) });
    const events = await eventsOfLastJob(grid, bare.client);
    await bare.stop();
    const ratios = rates.map((rate) => rate.jobs / rate.bare);
    const typical = rates.find((rate) => rate.jobs / rate.bare === median(ratios))!;
    return [figure("throughput", typical.jobs, "jobs/s", typical.bare), figure("events", events, "events/job")];
  } finally {
    await grid.stop();
  }
}

function suite(jobs: number): string {
  const numbers = Array.from({ length: jobs }, (_, index) => index).join(", ");
  return `owner: bench@example.org\ntests:\n  nothing:\n    test: "true"\n    matrix: { n: [${numbers}] }\n`;
}

/** Submits all jobs at once and returns the finished jobs per second. */
async function runJobs({ client }: BenchGrid, sourceHash: string, jobs: number): Promise<number> {
  const started = performance.now();
  const { submissionId } = await client.submit({ source: { kind: "upload", sourceHash } }, randomUUID());
  for (;;) {
    await sleep(250);
    const { states } = await client.queue();
    if (Object.keys(states).length === 0) break;
  }
  const rate = (jobs * 1_000) / (performance.now() - started);
  const { jobs: finished } = await client.submission(submissionId);
  const wrong = finished.filter(({ verdict }) => verdict !== "pass");
  if (wrong.length > 0) throw new Error(`${wrong.length} no-op jobs did not pass`);
  return rate;
}

async function startBareWorker({ endpoints }: BenchGrid, jobs: number) {
  const { connection, client } = await connectTemporal(endpoints.temporal);
  const worker = await Worker.create({
    connection,
    namespace: endpoints.temporal.namespace,
    taskQueue: "bare",
    workflowsPath: fileURLToPath(new URL("../bare-workflow.js", import.meta.url)),
    activities: { nothing: async () => undefined },
  });
  const running = worker.run();
  return {
    client,
    async run(): Promise<number> {
      const started = performance.now();
      await Promise.all(
        Array.from({ length: jobs }, () =>
          client.workflow.execute("bareWorkflow", { taskQueue: "bare", workflowId: `bare/${randomUUID()}` }),
        ),
      );
      return (jobs * 1_000) / (performance.now() - started);
    },
    async stop() {
      worker.shutdown();
      await running;
      await connection.close();
    },
  };
}

async function eventsOfLastJob(
  { client }: BenchGrid,
  temporal: Awaited<ReturnType<typeof startBareWorker>>["client"],
): Promise<number> {
  const { jobs: some } = await client.jobs({ verdict: "pass", limit: "20" });
  const counts = await Promise.all(
    some.map(
      async ({ jobId }) => (await temporal.workflow.getHandle(jobWorkflowId(jobId)).fetchHistory()).events?.length ?? 0,
    ),
  );
  return Math.max(...counts);
}
