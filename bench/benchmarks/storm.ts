import { randomUUID } from "node:crypto";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import type { GridClient } from "../../client/grid-client.js";
import { packFolder } from "../../source/pack/pack.js";
import { type Figure, figure } from "../figure.js";
import { type BenchGrid, startBenchGrid } from "../grid.js";
import { hostileSuites } from "../hostile-suites.js";

const victims = ["api", "control", "agent-alpha", "agent-beta", "temporal", "postgres", "inbox"];
const killEveryMs = 4_000;
const submitEveryMs = 3_000;
const askEveryMs = 100;
const p99BarMs = 250;
const settleMs = 600_000;

const gridFile = `machines: { alpha: { slots: 2 }, beta: { slots: 2 } }
verdict: { back-off: 1s, back-off-max: 5s }
mail: { digest-from: 100 }
admins: [admin@example.org]
`;

interface Honest {
  jobId: string;
  isBroken: boolean;
}

/**
 * A process of the grid is killed every 4 s. Meanwhile one client sends hostile suite files and uploads without a pause, and
 * another one submits honest jobs with known results and asks for lists. Counts wrong verdicts, and lost and doubled mails.
 * `p99` covers the requests for lists that were answered. A request that meets a dead API does not count.
 */
export async function storm(minutes: number): Promise<Figure[]> {
  const grid = await startBenchGrid(gridFile);
  const folder = mkdtempSync(join(tmpdir(), "holdfast-storm-"));
  try {
    const until = Date.now() + minutes * 60_000;
    const client = grid.patientClient;
    const [kills, hostile, jobs, times] = await Promise.all([
      killAll(grid, until),
      attack(grid, folder, until),
      submitHonest(client, folder, until),
      measure(grid, until),
    ]);
    const wrong = await countWrong(client, jobs);
    const { lost, doubled, restored } = await countMails(grid, jobs);
    const p99 = times.toSorted((a, b) => a - b)[Math.floor(times.length * 0.99)] ?? Number.NaN;
    return [
      figure("kills", kills, "kills"),
      figure("hostile", hostile, "requests"),
      figure("honest", jobs.length, "jobs"),
      figure("wrong", wrong, "jobs"),
      figure("lost", lost, "mails"),
      figure("doubled", doubled, "mails"),
      figure("restored", restored, "mails"),
      figure("requests", times.length, "requests"),
      figure("p99", p99, "ms", p99BarMs),
    ];
  } finally {
    await grid.stop();
    rmSync(folder, { recursive: true, force: true });
  }
}

async function killAll(grid: BenchGrid, until: number): Promise<number> {
  let kills = 0;
  for (let turn = 0; Date.now() < until; turn++) {
    await sleep(killEveryMs);
    try {
      process.kill(grid.pidOf(victims[turn % victims.length]!), "SIGKILL");
      kills++;
    } catch {
      // The process has not come back since its last kill.
    }
  }
  return kills;
}

async function attack(grid: BenchGrid, folder: string, until: number): Promise<number> {
  const bad = await Promise.all(hostileSuites().map((text, index) => packed(folder, `hostile-${index}`, text)));
  const uploads = [...bad, Buffer.alloc(20 * 2 ** 20), Buffer.from("no archive")];
  let sent = 0;
  while (Date.now() < until) {
    for (const content of uploads) {
      const upload = grid.client.upload(content);
      await upload
        .then((sourceHash) => grid.client.submit({ source: { kind: "upload", sourceHash } }, randomUUID()))
        .catch(() => undefined);
      sent++;
    }
  }
  return sent;
}

async function submitHonest(client: GridClient, folder: string, until: number): Promise<Honest[]> {
  const jobs: Honest[] = [];
  for (let turn = 0; Date.now() < until; turn++) {
    const isBroken = turn % 3 === 2;
    const text = `owner: bench@example.org\nproject: storm\ntests:\n  t${turn}: { test: "sleep 1; ${isBroken ? "exit 1" : "true"}" }\n`;
    const sourceHash = await client.upload(await packed(folder, `honest-${turn}`, text));
    const submission = await client.submit({ source: { kind: "upload", sourceHash } }, randomUUID());
    jobs.push({ jobId: submission.jobs[0]!.jobId, isBroken });
    await sleep(submitEveryMs);
  }
  return jobs;
}

/** @returns how long each answered request took, in ms */
async function measure(grid: BenchGrid, until: number): Promise<number[]> {
  const times: number[] = [];
  while (Date.now() < until) {
    const began = performance.now();
    await grid.client
      .jobs({ limit: "20" })
      .then(() => times.push(performance.now() - began))
      .catch(() => undefined);
    await sleep(askEveryMs);
  }
  return times;
}

async function countWrong(client: GridClient, jobs: readonly Honest[]): Promise<number> {
  let wrong = 0;
  for (const { jobId, isBroken } of jobs) {
    const verdict = await verdictOf(client, jobId);
    if (verdict === (isBroken ? "fail" : "pass")) continue;
    wrong++;
    process.stderr.write(`job ${jobId} ended as ${verdict ?? "nothing"}\n`);
  }
  return wrong;
}

async function verdictOf(client: GridClient, jobId: string): Promise<string | null> {
  for (const deadline = Date.now() + settleMs; ; await sleep(500)) {
    const { verdict } = await client.job(jobId);
    if (verdict !== null || Date.now() > deadline) return verdict;
  }
}

/** `restored` counts the mails in which the grid tells its admins that its database was restored. */
async function countMails(
  grid: BenchGrid,
  jobs: readonly Honest[],
): Promise<{ lost: number; doubled: number; restored: number }> {
  // Waits for the last mails.
  await grid.until("select 1 where not exists (select 1 from outbox where sent_at is null and refused_at is null)");
  const mails = await grid.mails();
  const counts = jobs.map(
    ({ jobId }) =>
      mails.filter(({ headers, subject }) => headers["x-holdfast-job"] === jobId && /^(PASS|FAIL)/.test(subject))
        .length,
  );
  const restored = mails.filter(({ subject }) => subject.startsWith("RESTORED")).length;
  return {
    restored,
    lost: counts.filter((count) => count === 0).length,
    doubled: counts.filter((count) => count > 1).length,
  };
}

async function packed(folder: string, name: string, suite: string): Promise<Buffer> {
  const source = mkdtempSync(join(folder, `${name}-`));
  writeFileSync(join(source, "holdfast.yaml"), suite);
  return packFolder(source);
}
