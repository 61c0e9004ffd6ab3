import { randomUUID } from "node:crypto";
import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { historyToJSON } from "@temporalio/common/lib/proto-utils.js";
import type { Job } from "../client/grid-client.js";
import { packageRoot } from "../grid/package-root.js";
import { freePort } from "../grid/ports.js";
import { controlQueue, jobWorkflowId, monitorWorkflowId, submissionWorkflowId } from "../workflows/messages.js";
import { type BenchGrid, startBenchGrid } from "./grid.js";

/** Records the histories that test/workflows/replay.test.ts replays: one for each course that a workflow can take. */
const { version } = JSON.parse(readFileSync(join(packageRoot, "package.json"), "utf8")) as { version: string };
const folder = join(packageRoot, "test/histories");

const server = createServer();
const port = await freePort();
await new Promise<void>((resolve) => server.listen(port, "127.0.0.1", resolve));
const grid = await startBenchGrid(`services:
  nfs: { probe: { tcp: "127.0.0.1:${port}" }, every: 500ms, down: 2, up: 1 }
machines: { alpha: {}, beta: {} }
verdict: { back-off: 500ms, grace: 500ms }
`);
const client = grid.temporal;

await record("testJob", "passed", jobWorkflowId(await finish(await submit('test: "true"'))));
await record("testJob", "failed", jobWorkflowId(await finish(await submit("test: exit 1"))));
await finish(await submit("test: sleep 2", "steady"));
await record("testJob", "held-against-baseline", jobWorkflowId(await finish(await submit("test: exit 1", "steady"))));
await record("testJob", "cancelled", jobWorkflowId(await cancelWhen("running", await submit("test: sleep 60"))));
const stopped = await submit("test: sleep 5\n    require: [service:nfs]");
await until(stopped, ({ state }) => state === "running");
await new Promise((resolve) => server.close(resolve));
await until(stopped, ({ state }) => state === "held");
await record("testJob", "held", jobWorkflowId(stopped));
const needing = "test: 'true'\n    require: [service:nfs]";
await record("testJob", "cancelled-while-held", jobWorkflowId(await cancelWhen("held", await submit(needing))));
await record("testJob", "hold-expired", jobWorkflowId(await expire(await submit(needing))));
await new Promise<void>((resolve) => server.listen(port, "127.0.0.1", resolve));
await record("testJob", "stopped-and-released", jobWorkflowId(await finish(stopped)));
const troubled = await submit("test: 'true'\n    prepare: exit 1");
await until(troubled, ({ attempts }) => attempts.length > 1);
await record("testJob", "back-off", jobWorkflowId(await cancelWhen("held", troubled)));
const paused = await submit("test: sleep 3");
await until(paused, ({ state }) => state === "running");
const job = client.workflow.getHandle(jobWorkflowId(paused));
await job.signal("pause", { reason: "look first", by: "ann", now: true });
await until(paused, ({ state }) => state === "held");
await job.executeUpdate("extendHold", { args: [{ byMs: 60_000, by: "ann" }] });
await job.signal("resume", { reason: "seen", by: "ann" });
await record("testJob", "paused-and-resumed", jobWorkflowId(await finish(paused)));
await record("healthMonitor", "outage", monitorWorkflowId);

await grid.client.pause({ scope: "service:nfs", reason: "moves", by: "ann" });
await client.workflow.getHandle(monitorWorkflowId).signal("pause", "nonsense");
await client.workflow.getHandle(monitorWorkflowId).signal("probeNow");
await grid.client.resume({ scope: "service:nfs", reason: "moved", by: "ann" });
await record("healthMonitor", "orders", monitorWorkflowId);
await client.workflow.execute("nightly", { workflowId: "nightly/recorded", taskQueue: controlQueue });
await record("nightly", "reported", "nightly/recorded");
await record("submission", "fetched", submissionWorkflowId(await submitGit()));

server.close();
await grid.stop();
process.exit(0);

async function submit(test: string, name = "one"): Promise<string> {
  const sourceHash = await grid.upload(`owner: dev@example.org\ntests:\n  ${name}:\n    ${test}\n`);
  const { jobs } = await grid.client.submit({ source: { kind: "upload", sourceHash } }, randomUUID());
  return jobs[0]!.jobId;
}

/** Makes and submits a git repository, and waits until its jobs exist. */
async function submitGit(): Promise<string> {
  const folder = mkdtempSync(join(tmpdir(), "holdfast-recorded-"));
  writeFileSync(join(folder, "holdfast.yaml"), 'owner: dev@example.org\ntests:\n  one: { test: "true" }\n');
  const git = (...args: string[]) =>
    execFileSync("git", ["-C", folder, "-c", "user.name=a", "-c", "user.email=a@b", ...args]);
  git("init", "--quiet");
  git("add", ".");
  git("commit", "--quiet", "-m", "Add a suite");
  const source = { kind: "git", url: `file://${folder}`, revision: "HEAD" } as const;
  const { submissionId } = await grid.client.submit({ source, owner: "dev@example.org" }, randomUUID());
  await client.workflow.getHandle(submissionWorkflowId(submissionId)).result();
  rmSync(folder, { recursive: true });
  return submissionId;
}

async function until(jobId: string, isReached: (job: Job) => boolean): Promise<void> {
  while (!isReached(await (grid satisfies BenchGrid).client.job(jobId))) await sleep(100);
}

async function finish(jobId: string): Promise<string> {
  await until(jobId, ({ verdict }) => verdict !== null);
  // The workflow ends a moment after its verdict is written.
  await client.workflow.getHandle(jobWorkflowId(jobId)).result();
  return jobId;
}

async function cancelWhen(state: Job["state"], jobId: string): Promise<string> {
  await until(jobId, (job) => job.state === state);
  await grid.client.cancel(jobId, "the recorder");
  return finish(jobId);
}

/** Moves the start of a job's hold back beyond the hold budget, and makes the job's workflow start again. */
async function expire(jobId: string): Promise<string> {
  await until(jobId, ({ state }) => state === "held");
  await grid.query("update holds set since = now() - interval '15 days' where job_id = $1", [jobId]);
  await client.workflow.getHandle(jobWorkflowId(jobId)).terminate("so that its timer starts again");
  await until(jobId, ({ verdict }) => verdict !== null);
  return jobId;
}

async function record(workflow: string, story: string, workflowId: string): Promise<void> {
  const history = await client.workflow.getHandle(workflowId).fetchHistory();
  mkdirSync(folder, { recursive: true });
  // The files must not show who recorded them.
  const text = historyToJSON(history)
    .replaceAll(/"identity":\s*"[^"]*"/g, '"identity": "worker"')
    .replaceAll(/"\d+@[\w.-]+"/g, '"worker-sticky"');
  writeFileSync(join(folder, `${workflow}_${version}_${story}.json`), `${text}\n`);
  process.stdout.write(`${workflow} ${story}: ${history.events?.length ?? 0} events\n`);
}
