import { randomUUID } from "node:crypto";
import { readFileSync } from "node:fs";
import { Agent, get } from "node:http";
import { join } from "node:path";
import { type Figure, figure } from "../figure.js";
import { fillDatabase, owners, projects } from "../filled-database.js";
import { type BenchGrid, startBenchGrid } from "../grid.js";

const streams = 1_000;
const rounds = 100;
/** The first answers do not count, because they compile code and plan queries. */
const warmings = 5;
const submissions = 300;
const heldShare = 0.1;
const gridFile = `services:
  nfs: { probe: { tcp: "127.0.0.1:1" } }
machines: { alpha: {}, beta: {} }
limits: { open-jobs: 100000000, jobs: 100000 }
`;

/**
 * How long the API takes to answer while its database has many jobs, a tenth of them held, and many clients follow its events.
 * The other processes of the grid are stopped. Requests go one after the other, so this measures the time of an answer, not the
 * throughput. Times are in ms: the slowest of a hundred answers, of the slowest addresses.
 */
export async function api(jobs: number): Promise<Figure[]> {
  const grid = await startBenchGrid(gridFile);
  const still = ["control", "agent-alpha", "agent-beta"];
  try {
    const filled = await fillDatabase(grid, jobs, Math.round(jobs * heldShare));
    return await whileStopped(grid, still, async () => {
      const follow = await followEvents(grid);
      const times = await readAll(grid, filled);
      const submitting = await submitMany(grid);
      const open = follow.count();
      follow.end();
      const slowest = [...times].sort(([, one], [, other]) => percentile(other, 0.99) - percentile(one, 0.99));
      return [
        figure("api-jobs-finished", jobs, "jobs"),
        figure("api-jobs-held", filled.held, "jobs"),
        figure("api-streams-open", open, "streams", streams),
        figure("api-read-p99-of-all", percentile([...times.values()].flat(), 0.99), "ms"),
        ...slowest
          .slice(0, 5)
          .map(([address, found]) => figure(`api-read-p99 ${address}`, percentile(found, 0.99), "ms")),
        figure("api-submit-p50", percentile(submitting, 0.5), "ms"),
        figure("api-submit-p99", percentile(submitting, 0.99), "ms"),
      ];
    });
  } finally {
    await grid.stop();
  }
}

/** Stops processes of the grid, and the supervisor that would restart them. */
async function whileStopped<T>(grid: BenchGrid, names: readonly string[], work: () => Promise<T>): Promise<T> {
  const pids = [grid.pid, ...names.map((name) => grid.pidOf(name))];
  for (const pid of pids) process.kill(pid, "SIGSTOP");
  try {
    return await work();
  } finally {
    for (const pid of pids.reverse()) process.kill(pid, "SIGCONT");
  }
}

interface Filled {
  jobId: string;
  submissionId: string;
}

/** Every list, filter and page. */
function addresses({ jobId, submissionId }: Filled): string[] {
  const filters = [
    "",
    "?limit=500",
    "?state=held",
    "?state=finished",
    "?verdict=fail",
    "?verdict=abort&limit=200",
    "?test=test-7",
    `?owner=${owners[0]}`,
    `?project=${projects[0]}`,
    `?project=${projects[0]}&branch=main&verdict=fail`,
    `?project=${projects[1]}&state=held`,
    "?revision=revision-77",
    "?label=connection%20reset",
    "?machine=alpha",
    "?machine=beta&verdict=fail",
    "?service=nfs",
    "?service=nfs&state=held",
    `?submission=${submissionId}`,
    `?before=${jobId}`,
    "?from=2026-06-01T00:00:00Z&to=2026-06-02T00:00:00Z",
    "?test=test-7&machine=alpha&verdict=fail",
    `?owner=${owners[1]}&verdict=abort&branch=main`,
    "?machine=none",
    "?test=none&state=held",
  ];
  return [
    ...filters.map((filter) => `/api/v1/jobs${filter}`),
    `/api/v1/jobs/${jobId}`,
    `/api/v1/jobs/${jobId}/why`,
    `/api/v1/submissions/${submissionId}`,
    "/api/v1/queue",
    "/api/v1/grid",
    "/api/v1/services",
    "/api/v1/machines",
    "/api/v1/outages",
    "/api/v1/audit",
    "/api/v1/mails",
    "/api/v1/runs?project=shop&test=test-7",
    "/api/v1/services/nfs",
    "/api/v1/machines/alpha",
    "/",
    "/tests?project=shop&test=test-7",
    "/services/nfs",
    "/machines/alpha",
    `/jobs/${jobId}`,
    `/submissions/${submissionId}`,
  ];
}

/** The times of all answers, by address. */
async function readAll(grid: BenchGrid, filled: Filled): Promise<Map<string, number[]>> {
  const times = new Map<string, number[]>();
  const agent = new Agent({ keepAlive: true });
  for (const address of addresses(filled)) {
    for (let warm = 0; warm < warmings; warm++) await timeOf(grid, agent, address);
    const found: number[] = [];
    for (let round = 0; round < rounds; round++) found.push(await timeOf(grid, agent, address));
    times.set(address, found);
  }
  agent.destroy();
  return times;
}

function timeOf(grid: BenchGrid, agent: Agent, address: string): Promise<number> {
  const started = performance.now();
  return new Promise((resolve, reject) => {
    get(new URL(address, grid.endpoints.api), { agent, headers: headersOf(grid) }, (answer) => {
      answer.resume().once("end", () => {
        if (answer.statusCode === 200) resolve(performance.now() - started);
        else reject(new Error(`${address} answers ${answer.statusCode}`));
      });
    }).once("error", reject);
  });
}

/** Follows the grid's events many times. */
async function followEvents(grid: BenchGrid): Promise<{ count(): number; end(): void }> {
  const agent = new Agent({ keepAlive: true, maxSockets: streams });
  let open = 0;
  await Promise.all(
    Array.from(
      { length: streams },
      () =>
        new Promise<void>((resolve, reject) => {
          get(new URL("/api/v1/events", grid.endpoints.api), { agent, headers: headersOf(grid) }, (answer) => {
            if (answer.statusCode !== 200) return reject(new Error(`/events answers ${answer.statusCode}`));
            open++;
            answer.on("error", () => undefined).once("close", () => open--);
            answer.resume();
            resolve();
          }).on("error", reject);
        }),
    ),
  );
  return { count: () => open, end: () => agent.destroy() };
}

async function submitMany(grid: BenchGrid): Promise<number[]> {
  const sourceHash = await grid.upload("owner: bench@example.org\nproject: bench\ntests:\n  one: { test: 'true' }\n");
  const times: number[] = [];
  for (let count = 0; count < submissions; count++) {
    const started = performance.now();
    await grid.client.submit({ source: { kind: "upload", sourceHash } }, randomUUID());
    times.push(performance.now() - started);
  }
  return times;
}

const headersOf = ({ data }: BenchGrid) => ({
  authorization: `Bearer ${readFileSync(join(data, "token"), "utf8").trim()}`,
});

function percentile(values: readonly number[], share: number): number {
  const sorted = [...values].sort((one, other) => one - other);
  return sorted[Math.min(sorted.length - 1, Math.ceil(share * sorted.length) - 1)] ?? Number.NaN;
}
