import { randomUUID } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import type { Job } from "../../client/grid-client.js";
import type { InboxMessage } from "../../grid/inbox/store.js";
import { type Figure, figure, median } from "../figure.js";
import { type BenchGrid, startBenchGrid } from "../grid.js";

const testSeconds = [1, 4];
const runs = 5;
const allowedBesideSeconds = 3;
/** A mail that takes longer than this counts as lost. */
const patienceMs = 120_000;

const suite = (seconds: number, command: string) =>
  `owner: bench@example.org\nproject: alarm\ntests:\n  only-${seconds}: { test: "date +%s%N; sleep ${seconds}; ${command}" }\n`;

/**
 * How long an alarm takes in a quiet grid: from the first start of a test that fails to the mail about it, with a
 * confirmation on another machine and a run of its baseline in between. The limit is twice the test's time plus 3 s;
 * `alarm-<seconds>s` compares the slowest of five alarms with it. `baselines` counts the alarms whose baseline was run,
 * `confirmed` those with a second failure.
 */
export async function alarm(): Promise<Figure[]> {
  const grid = await startBenchGrid("machines: { alpha: {}, beta: {}, gamma: {} }\n");
  try {
    const figures: Figure[] = [];
    for (const seconds of testSeconds) {
      const good = await submit(grid, suite(seconds, "true"));
      if (good.verdict !== "pass") throw new Error(`a good test ended ${good.verdict}`);
      const alarms: Alarm[] = [];
      for (let run = 0; run < runs; run++) alarms.push(await raise(grid, seconds, run));
      const tookS = alarms.map(({ tookMs }) => tookMs / 1_000);
      const count = (name: "hasBaseline" | "isConfirmed") => alarms.filter((each) => each[name]).length;
      figures.push(
        figure(`baselines-${seconds}s`, count("hasBaseline"), "alarms", runs),
        figure(`confirmed-${seconds}s`, count("isConfirmed"), "alarms", runs),
        figure(`alarm-median-${seconds}s`, median(tookS), "s"),
        figure(`alarm-${seconds}s`, Math.max(...tookS), "s", 2 * seconds + allowedBesideSeconds),
      );
    }
    return figures;
  } finally {
    await grid.stop();
  }
}

interface Alarm {
  tookMs: number;
  isConfirmed: boolean;
  hasBaseline: boolean;
}

async function raise(grid: BenchGrid, seconds: number, run: number): Promise<Alarm> {
  // Each run submits a different source.
  const job = await submit(grid, suite(seconds, `echo run ${run}; exit 1`));
  if (job.verdict !== "fail") throw new Error(`a broken test ended ${job.verdict} (${job.abortReason})`);
  const startedMs = Number((await grid.client.log(job.jobId, 1, 0)).toString("utf8").split("\n")[0]) / 1e6;
  const mail = await mailOf(grid, job.jobId);
  return {
    tookMs: Date.parse(mail.receivedAt) - startedMs,
    isConfirmed: job.attempts.filter(({ outcome }) => outcome === "candidate").length > 1,
    hasBaseline: job.attempts.some(({ purpose, outcome }) => purpose === "baseline" && outcome === "passed"),
  };
}

async function submit(grid: BenchGrid, text: string): Promise<Job> {
  const sourceHash = await grid.upload(text);
  const { jobs } = await grid.client.submit({ source: { kind: "upload", sourceHash } }, randomUUID());
  for (;;) {
    const job = await grid.client.job(jobs[0]!.jobId);
    if (job.verdict !== null) return job;
    await sleep(100);
  }
}

async function mailOf(grid: BenchGrid, jobId: string): Promise<InboxMessage> {
  for (const deadline = Date.now() + patienceMs; Date.now() < deadline; await sleep(100)) {
    const mails = await grid.mails();
    const mail = mails.find(({ headers }) => headers["x-holdfast-job"] === jobId);
    if (mail !== undefined) return mail;
  }
  throw new Error(`job ${jobId} has failed, but no mail reports it`);
}
