import { randomUUID } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import { startBenchGrid } from "../grid.js";
import { type Figure, figure, median } from "../figure.js";

const runs = 25;
const warmUps = 5;
const suite = 'owner: bench@example.org\ntests:\n  clock: { test: "date +%s%N" }\n';

/** The time from the submission of a job on an idle grid to the start of its test process, which prints its start time. */
export async function latency(): Promise<Figure[]> {
  const grid = await startBenchGrid("machines:\n  alpha: {}\n  beta: {}\n");
  try {
    const sourceHash = await grid.upload(suite);
    const spans: number[] = [];
    for (let run = 0; run < runs + warmUps; run++) {
      await sleep(300);
      const submittedMs = Date.now();
      const { jobs } = await grid.client.submit({ source: { kind: "upload", sourceHash } }, randomUUID());
      const { jobId } = jobs[0]!;
      while ((await grid.client.job(jobId)).verdict === null) await sleep(50);
      const startedMs = Number((await grid.client.log(jobId, 1, 0)).toString("utf8").trim()) / 1e6;
      if (run >= warmUps) spans.push(startedMs - submittedMs);
    }
    return [figure("latency-max", Math.max(...spans), "ms"), figure("latency", median(spans), "ms")];
  } finally {
    await grid.stop();
  }
}
