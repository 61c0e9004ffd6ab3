import { randomUUID } from "node:crypto";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { eventually } from "../../support/eventually.js";
import { TestGrid } from "../../support/grid.js";
import { serviceIs } from "../../support/service-state.js";
import { GitRepository } from "../../support/git-repository.js";
import { killControlWithin } from "../../support/kill-within.js";
import { TcpService } from "../../support/tcp-service.js";
import {
  jobWorkflowId,
  monitorWorkflowId,
  nightlyScheduleId,
  submissionWorkflowId,
} from "../../../workflows/messages.js";

/**
 * Kills the control worker within each kind of activity that writes something. A lock keeps the activity in its write
 * until another try has begun, so the work could be done twice. test/grid/faults/stalls kills the worker while it
 * fetches a source. The monitor's loops run at each of these kills.
 */
describe("a control worker that is killed within an activity", () => {
  const outside = mkdtempSync(join(tmpdir(), "holdfast-outside-"));
  const nfs = new TcpService();
  let grid: TestGrid;
  beforeAll(async () => {
    await nfs.start();
    grid = await new TestGrid(`machines: { alpha: { confine: false, slots: 4 }, beta: { confine: false, slots: 4 } }
admins: [admin@example.org]
hold: { budget: 60s }
services: { nfs: { probe: { tcp: "127.0.0.1:${nfs.port}" }, every: 1s } }
verdict: { back-off: 1s, back-off-max: 2s }
`).start();
  });
  afterAll(async () => {
    await grid.stop();
    await nfs.stop();
    rmSync(outside, { recursive: true, force: true });
  });

  const killWithin = (activity: string, lock: string, cause: () => Promise<string>, values?: unknown[]) =>
    killControlWithin(grid, activity, { lock, values }, cause);

  const gate = () => join(outside, randomUUID());
  const untilOpen = (file: string) => `while [ ! -e ${file} ]; do sleep 0.1; done`;

  /** The job ends, and its owner gets one mail. */
  async function expectOnce(jobId: string, verdict: string): Promise<void> {
    expect(await grid.finished(jobId)).toMatchObject({ verdict });
    expect(await grid.mailsOf(jobId)).toEqual([expect.objectContaining({ copies: 1 })]);
  }

  test("analyse: the job is queued once", async () => {
    let jobId = "";
    await killWithin("analyse", "lock table waiters in share mode", async () => {
      jobId = await grid.submitOne('test: "true"');
      return jobWorkflowId(jobId);
    });
    await expectOnce(jobId, "pass");
    expect((await grid.client.job(jobId)).attempts).toHaveLength(1);
  });

  test("park: the job is queued again once", async () => {
    const [open, again] = [gate(), gate()];
    const prepare = `${untilOpen(open)}; test -e ${again} || { touch ${again}; exit 1; }`;
    const jobId = await grid.submitOne(`prepare: ${JSON.stringify(prepare)}\ntest: "true"`);
    await grid.jobIn(jobId, "preparing");
    await killWithin("park", "lock table waiters in share mode", async () => {
      writeFileSync(open, "");
      return jobWorkflowId(jobId);
    });
    await expectOnce(jobId, "pass");
    expect((await grid.client.job(jobId)).attempts).toHaveLength(2);
  });

  test("reviewAttempt: the attempt is judged once", async () => {
    const open = gate();
    const jobId = await grid.submitOne(`test: ${JSON.stringify(`${untilOpen(open)}; exit 1`)}`);
    await grid.jobIn(jobId, "running");
    const lock = "select from jobs where job_id = $1 for no key update";
    const cause = async () => {
      writeFileSync(open, "");
      return jobWorkflowId(jobId);
    };
    await killWithin("reviewAttempt", lock, cause, [jobId]);
    await expectOnce(jobId, "fail");
  });

  test("collectCompanion: the result of a comparison run becomes an attempt once", async () => {
    const shut = gate();
    const passing = await grid.submitOne(`test: ${JSON.stringify(`while [ -e ${shut} ]; do sleep 0.1; done`)}`);
    expect(await grid.finished(passing)).toMatchObject({ verdict: "pass" });
    writeFileSync(shut, "");
    const jobId = await grid.submitOne('test: "exit 3"');
    // The job's own runs are over, so it has no other activity.
    await grid.jobIn(jobId, "verifying");
    const companion = await eventually("the job to wait for its comparison run", async () => {
      const isIdle = await grid.temporal(async (client) => {
        const { raw } = await client.workflow.getHandle(jobWorkflowId(jobId)).describe();
        return (raw.pendingActivities ?? []).length === 0;
      });
      const beside =
        "select c.job_id as id from jobs c join jobs j on j.job_id = c.companion_of where j.job_id = $1 and c.state = 'running' and j.state = 'verifying'";
      return isIdle ? (await grid.query<{ id: string }>(beside, [jobId]))[0]?.id : undefined;
    });
    const lock = "select from jobs where job_id = $1 for no key update";
    const cause = async () => {
      rmSync(shut);
      return jobWorkflowId(jobId);
    };
    await killWithin("collectCompanion", lock, cause, [jobId]);
    await expectOnce(jobId, "fail");
    const folded = (await grid.client.job(jobId)).attempts.filter((attempt) => attempt.companion === companion);
    expect(folded).toHaveLength(1);
  });

  test("finish: the verdict is written and sent once", async () => {
    const open = gate();
    const jobId = await grid.submitOne(`test: ${JSON.stringify(untilOpen(open))}`);
    await grid.jobIn(jobId, "running");
    await killWithin("finish", "lock table outbox in share mode", async () => {
      writeFileSync(open, "");
      return jobWorkflowId(jobId);
    });
    await expectOnce(jobId, "pass");
  });

  test("readHoldBudget and extendHoldBudget: a hold is extended once, and ends at its time with one mail", async () => {
    await nfs.stop();
    await serviceIs(grid, "nfs", "down");
    const jobId = await grid.submitOne('test: "true"\nrequire: [service:nfs]');
    await grid.jobIn(jobId, "held");
    const lock = "select from jobs where job_id = $1 for update";
    let extended: Promise<unknown> | undefined;
    const cause = async () => {
      extended = grid.client.extend(jobId, { for: "5s", by: "ann" }).catch(() => undefined);
      return jobWorkflowId(jobId);
    };
    await killWithin("extendHoldBudget", lock, cause, [jobId]);
    await extended;
    const extraMs = await eventually("the extension", async () => {
      const sum = "select hold_extra_ms as extra from jobs where job_id = $1 and hold_extra_ms > 0";
      return (await grid.query<{ extra: string }>(sum, [jobId]))[0]?.extra;
    });
    expect(Number(extraMs)).toBe(5_000);
    await killWithin("readHoldBudget", "lock table holds in access exclusive mode", async () => jobWorkflowId(jobId));
    await expectOnce(jobId, "abort");
    await nfs.start();
  });

  test("expandSubmission and rejectSubmission: jobs are created once, and a rejection is sent once", async () => {
    const suite = "owner: dev@example.org\ntests:\n  one: { test: 'true', matrix: { n: [1, 2, 3] } }\n";
    const repository = new GitRepository({ "holdfast.yaml": suite });
    const submit = async () => {
      const source = { kind: "git", url: repository.url } as const;
      return (await grid.client.submit({ source, owner: "dev@example.org" }, randomUUID())).submissionId;
    };
    let id = "";
    await killWithin("expandSubmission", "lock table jobs in share mode", async () => {
      id = await submit();
      return submissionWorkflowId(id);
    });
    const jobs = await eventually("its jobs", async () => {
      const submission = await grid.client.submission(id);
      return submission.jobs.length > 0 ? submission.jobs : undefined;
    });
    expect(jobs).toHaveLength(3);
    for (const { jobId } of jobs) await expectOnce(jobId, "pass");
    repository.commit("broken", { "holdfast.yaml": "tests: 7\n" });
    await killWithin("rejectSubmission", "lock table outbox in share mode", async () => {
      id = await submit();
      return submissionWorkflowId(id);
    });
    const mails = await eventually("the refusal", async () => {
      const all = (await grid.mails()).filter(({ text }) => text.includes(id));
      return all.length > 0 ? all : undefined;
    });
    expect(mails).toEqual([expect.objectContaining({ copies: 1 })]);
    repository.remove();
  });

  test("recordServiceChanges: an outage is recorded once", async () => {
    await serviceIs(grid, "nfs", "up");
    const outages = () =>
      grid.query<{ ended: boolean }>("select ended_at is not null as ended from outages where service = 'nfs'");
    const before = (await outages()).length;
    await killWithin("recordServiceChanges", "lock table audit in share mode", async () => {
      await nfs.stop();
      return monitorWorkflowId;
    });
    await nfs.start();
    await eventually("the end of the outage", async () => {
      const now = await outages();
      return now.length > before && now.every(({ ended }) => ended) ? true : undefined;
    });
    expect(await outages()).toHaveLength(before + 1);
  });

  test("obeyOrders: a pause takes effect once", async () => {
    let pausing: Promise<unknown> | undefined;
    await killWithin("obeyOrders", "lock table pauses in share mode", async () => {
      pausing = grid.client.pause({ scope: "service:nfs", reason: "a test", by: "ann" }).catch(() => undefined);
      return monitorWorkflowId;
    });
    await pausing;
    const pauses = await eventually("the pause", async () => {
      const rows = await grid.query("select 1 from pauses where name = 'nfs'");
      return rows.length > 0 ? rows : undefined;
    });
    expect(pauses).toHaveLength(1);
    await grid.client.resume({ scope: "service:nfs", reason: "a test", by: "ann" });
  });

  test("reportDowntimeWeekly: a weekly report is sent once", async () => {
    await grid.query("update grid set reported_until = now() - interval '7 days'");
    await killWithin("reportDowntimeWeekly", "select from grid for update", () =>
      grid.temporal(async (client) => {
        await client.schedule.getHandle(nightlyScheduleId).trigger();
        return eventually("the nightly workflow", async () => {
          const query = "WorkflowType = 'nightly' AND ExecutionStatus = 'Running'";
          for await (const { workflowId } of client.workflow.list({ query })) return workflowId;
          return undefined;
        });
      }),
    );
    const reports = await eventually("the report", async () => {
      const mails = (await grid.mails()).filter(({ subject }) => subject.startsWith("DOWNTIME "));
      return mails.length > 0 ? mails : undefined;
    });
    expect(reports).toEqual([expect.objectContaining({ copies: 1 })]);
  });
});
