import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { setTimeout as sleep } from "node:timers/promises";
import { eventually } from "../../support/eventually.js";
import { TestGrid } from "../../support/grid.js";
import { isRunning } from "../../support/processes.js";
import { readTable } from "../../../grid/process-table.js";
import { jobWorkflowId } from "../../../workflows/messages.js";

/** Twenty jobs, each long enough to be hit by a kill. Every fifth one really fails. */
const suite = {
  "holdfast.yaml": `owner: dev@example.org
tests:
  good:
    test: sleep 0.5
    matrix: { n: [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16] }
  bad:
    test: sleep 0.3; exit 1
    matrix: { n: [1, 2, 3, 4] }
`,
};

describe("a grid whose processes are killed", () => {
  let grid: TestGrid;
  beforeAll(async () => {
    grid = await new TestGrid(
      "machines: { alpha: { slots: 2 }, beta: { slots: 2 } }\nverdict: { back-off: 500ms, back-off-max: 2s }\nmail: { digest-from: 100 }\n",
    ).start();
  });
  afterAll(() => grid.stop());

  /** @param mayResend whether the relay may get a mail again, because the process that sends or takes it was killed */
  async function expectAllTold(jobs: { jobId: string; test: string }[], mayResend = false): Promise<void> {
    for (const { jobId, test: name } of jobs) {
      const job = await grid.finished(jobId);
      expect({ jobId, name, verdict: job.verdict }).toEqual({
        jobId,
        name,
        verdict: name === "good" ? "pass" : "fail",
      });
    }
    for (const { jobId } of jobs) {
      const mails = await grid.mailsOf(jobId);
      expect(mails).toHaveLength(1);
      const [row] = await grid.query<{ tries: number }>("select tries::int from outbox where job_id = $1", [jobId]);
      expect(mails[0]!.copies).toBeLessThanOrEqual(mayResend ? row!.tries : 1);
    }
  }

  for (const name of ["control", "api", "agent-alpha", "agent-beta", "temporal", "postgres", "inbox"]) {
    test(`twenty jobs end correctly, with one mail each, when ${name} is killed while they run`, async () => {
      const { jobs } = await grid.submit(suite);
      await eventually("some jobs to run", async () =>
        (await grid.client.jobs({ state: "running" })).jobs.length > 1 ? true : undefined,
      );
      await grid.killAndAwaitReturn(name);
      await expectAllTold(jobs, ["control", "inbox"].includes(name));
    });
  }

  test("a job whose workflow is terminated by hand starts again by itself: one verdict, one mail", async () => {
    const running = await grid.submitOne("test: sleep 10");
    await grid.jobIn(running, "running");
    await grid.temporal((client) => client.workflow.getHandle(jobWorkflowId(running)).terminate("by hand"));
    expect(await grid.finished(running)).toMatchObject({ verdict: "pass" });
    expect(await grid.mailsOf(running)).toHaveLength(1);
  });

  test("a monitor that is terminated comes back", async () => {
    await grid.temporal((client) => client.workflow.getHandle("grid/monitor").terminate("by hand"));
    expect(await grid.finished(await grid.submitOne('test: "true"'))).toMatchObject({ verdict: "pass" });
  });

  test("after the supervisor is killed the next start ends leftover processes and continues with the same data", async () => {
    const { jobs } = await grid.submit(suite);
    await eventually("some jobs to run", async () =>
      (await grid.client.jobs({ state: "running" })).jobs.length > 1 ? true : undefined,
    );
    const left = readTable(grid.data).filter(({ name }) => name !== "supervisor");
    await grid.end("SIGKILL");
    await grid.start();
    expect(left.filter(({ pid }) => isRunning(pid))).toEqual([]);
    await expectAllTold(jobs);
  });

  test("the jobs of a Temporal server whose database is lost start again from PostgreSQL", async () => {
    const jobId = await grid.submitOne('test: "true"\nprepare: exit 1');
    await grid.jobIn(jobId, "held");
    await grid.end("SIGTERM");
    const { rmSync } = await import("node:fs");
    rmSync(`${grid.data}/temporal`, { recursive: true });
    await grid.start();
    await eventually("another attempt", async () =>
      (await grid.client.job(jobId)).attempts.length > 2 ? true : undefined,
    );
    await grid.client.cancel(jobId, "the test");
    expect(await grid.finished(jobId)).toMatchObject({ verdict: "abort", abortReason: "cancelled" });
  });

  test("a stop ends every process", async () => {
    const all = readTable(grid.data);
    await grid.end("SIGTERM");
    await sleep(100);
    expect(all.filter(({ pid }) => isRunning(pid))).toEqual([]);
  });
});
