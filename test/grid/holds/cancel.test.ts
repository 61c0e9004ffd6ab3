import { rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { eventually } from "../../support/eventually.js";
import { runCommand, TestGrid } from "../../support/grid.js";
import { jobWorkflowId } from "../../../workflows/messages.js";
import type { Job } from "../../../client/grid-client.js";

/** While this file exists, the probe of the service `slow` hangs, so a review takes some seconds. */
const flag = join(tmpdir(), `holdfast-slow-${process.pid}`);

describe("cancelling", () => {
  let grid: TestGrid;
  beforeAll(async () => {
    grid = await new TestGrid(`services:
  gone: { probe: { script: "false" }, every: 500ms, down: 1 }
  slow: { probe: { script: "test ! -e ${flag} || sleep 30" }, every: 1h, from: control, down: 1000 } # it never counts as down
machines: { alpha: { confine: false } } # its test must be able to write the file
`).start();
  });
  afterAll(async () => {
    await grid.stop();
    rmSync(flag, { force: true });
  });

  const ways: Record<string, (jobId: string) => Promise<unknown>> = {
    "Temporal's UI": (jobId) => grid.temporal((client) => client.workflow.getHandle(jobWorkflowId(jobId)).cancel()),
    "the command": async (jobId) => expect(await runCommand(grid, "cancel", jobId)).toMatchObject({ code: 0 }),
    "the API": (jobId) => grid.client.cancel(jobId, "the test"),
  };
  const states: Record<Exclude<Job["state"], "finished" | "analysing">, string> = {
    held: 'test: "true"\nrequire: [service:gone]',
    preparing: 'test: "true"\nprepare: sleep 60',
    running: "test: sleep 60",
    waiting: 'test: "true"',
    verifying: `test: touch ${flag}; exit 1\nrequire: [service:slow]`,
  };

  for (const [way, cancel] of Object.entries(ways)) {
    for (const [state, suite] of Object.entries(states)) {
      test(`a job that is ${state}, by ${way}: one abort, one mail`, async () => {
        const blocker = state === "waiting" ? await grid.submitOne("test: sleep 60") : undefined;
        if (blocker !== undefined) await grid.jobIn(blocker, "running");
        const jobId = await grid.submitOne(suite);
        await grid.jobIn(jobId, state as Job["state"]);
        await cancel(jobId);
        expect(await grid.finished(jobId)).toMatchObject({ verdict: "abort", abortReason: "cancelled", blame: "user" });
        rmSync(flag, { force: true });
        expect((await grid.mailsOf(jobId)).map(({ subject }) => subject.split(" ")[0])).toEqual(["ABORT"]);
        if (blocker !== undefined) {
          await grid.client.cancel(blocker, "the test");
          await grid.finished(blocker);
        }
      });
    }
  }

  test("a job in analysis, and one whose workflow is gone", async () => {
    const early = await grid.submitOne('test: "true"\nrequire: [service:gone]');
    await grid.client.cancel(early, "the test");
    expect(await grid.finished(early)).toMatchObject({ verdict: "abort", abortReason: "cancelled" });
    const canceled = await grid.submitOne('test: "true"\nrequire: [service:gone]');
    // The workflow starts a moment after the job was submitted.
    await eventually("its workflow to be cancelled", () =>
      grid.temporal(async (client) => {
        await client.workflow.getHandle(jobWorkflowId(canceled)).cancel();
        return true;
      }),
    );
    expect(await grid.finished(canceled)).toMatchObject({ verdict: "abort", abortReason: "cancelled" });
    expect(await grid.mailsOf(canceled)).toHaveLength(1);
    const lost = await grid.submitOne('test: "true"\nrequire: [service:gone]');
    await grid.jobIn(lost, "held");
    await grid.temporal((client) => client.workflow.getHandle(jobWorkflowId(lost)).terminate("by hand"));
    await grid.client.cancel(lost, "the test");
    expect(await grid.finished(lost)).toMatchObject({ verdict: "abort", abortReason: "cancelled" });
    expect(await grid.mailsOf(lost)).toHaveLength(1);
  });

  test("a job that has ended cannot be cancelled", async () => {
    const jobId = await grid.submitOne('test: "true"');
    await grid.finished(jobId);
    await expect(grid.client.cancel(jobId, "the test")).rejects.toMatchObject({ status: 409, code: "job-finished" });
  });
});
