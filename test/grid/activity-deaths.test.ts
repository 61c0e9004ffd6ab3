import { randomUUID } from "node:crypto";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import pg from "pg";
import { eventually, TestGrid } from "../support/grid.js";
import { GitRepository } from "../support/git-repository.js";
import { TcpService } from "../support/tcp-service.js";
import { jobWorkflowId, monitorWorkflowId, nightlyScheduleId, submissionWorkflowId } from "../../workflows/messages.js";

/** What an activity shows in Temporal while a worker has it. */
const started = 2;

/**
 * Kills the control worker within each kind of activity that changes something. A lock on what the activity writes
 * keeps it there, and goes only when another try has begun: what the first try did may then be done twice.
 * test/grid/stalls kills it while a source is fetched; the monitor's loops run whenever it is killed.
 */
describe("a control worker that is killed within an activity", () => {
  const outside = mkdtempSync(join(tmpdir(), "holdfast-outside-"));
  const nfs = new TcpService();
  let grid: TestGrid;
  beforeAll(async () => {
    await nfs.start();
    grid = await new TestGrid(`machines: { alpha: { confine: false, slots: 4 }, beta: { confine: false, slots: 4 } }
admins: [admin@example.org]
hold: { budget: 30s }
services: { nfs: { probe: { tcp: "127.0.0.1:${nfs.port}" }, every: 1s } }
verdict: { back-off: 1s, back-off-max: 2s }
`).start();
  });
  afterAll(async () => {
    await grid.stop();
    await nfs.stop();
    rmSync(outside, { recursive: true, force: true });
  });

  /** Keeps `activity` of a workflow at a lock while its worker is killed and until another worker has taken it up. */
  async function killWithin(
    activity: string,
    lock: string,
    cause: () => Promise<string>,
    values: unknown[] = [],
  ): Promise<void> {
    const holder = new pg.Client({ connectionString: grid.endpoints.database });
    await holder.connect();
    try {
      await holder.query("begin");
      await holder.query(lock, values);
      const workflowId = await cause();
      const first = await tryOf(workflowId, activity, 1);
      await grid.killAndAwaitReturn("control");
      await tryOf(workflowId, activity, first + 1);
    } finally {
      await holder.query("rollback");
      await holder.end();
    }
  }

  /** The number of the try of an activity that a worker has, once it is at least `least`. */
  function tryOf(workflowId: string, activity: string, least: number): Promise<number> {
    return eventually(`try ${least} of ${activity}`, () =>
      grid.temporal(async (client) => {
        const { raw } = await client.workflow.getHandle(workflowId).describe();
        const pending = raw.pendingActivities?.find(({ activityType }) => activityType?.name === activity);
        return pending?.state === started && (pending.attempt ?? 0) >= least ? pending.attempt! : undefined;
      }),
    );
  }

  const gate = () => join(outside, randomUUID());
  const untilOpen = (file: string) => `while [ ! -e ${file} ]; do sleep 0.1; done`;

  /** The job ends, and its owner gets one mail. */
  async function expectOnce(jobId: string, verdict: string): Promise<void> {
    expect(await grid.finished(jobId)).toMatchObject({ verdict });
    expect(await grid.mailsOf(jobId)).toEqual([expect.objectContaining({ copies: 1 })]);
  }

  test("analyse: the job is put in line once", async () => {
    let jobId = "";
    await killWithin("analyse", "lock table waiters in share mode", async () => {
      jobId = await grid.submitOne('test: "true"');
      return jobWorkflowId(jobId);
    });
    await expectOnce(jobId, "pass");
    expect((await grid.client.job(jobId)).attempts).toHaveLength(1);
  });

  test("park: the job goes back in line once", async () => {
    const [open, again] = [gate(), gate()];
    const prepare = `${untilOpen(open)}; test -e ${again} || { touch ${again}; exit 1; }`;
    const jobId = await grid.submitOne(`prepare: ${JSON.stringify(prepare)}\ntest: "true"`);
    await grid.jobIn(jobId, "running");
    await killWithin("park", "lock table waiters in share mode", async () => {
      writeFileSync(open, "");
      return jobWorkflowId(jobId);
    });
    await expectOnce(jobId, "pass");
    expect((await grid.client.job(jobId)).attempts).toHaveLength(2);
  });

  test("reviewAttempt: what was seen is judged once", async () => {
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

  test("collectCompanion: what ran beside a job becomes an attempt once", async () => {
    const shut = gate();
    const passing = await grid.submitOne(`test: ${JSON.stringify(`while [ -e ${shut} ]; do sleep 0.1; done`)}`);
    expect(await grid.finished(passing)).toMatchObject({ verdict: "pass" });
    writeFileSync(shut, "");
    const jobId = await grid.submitOne('test: "exit 3"');
    const companion = await eventually("what runs beside it", async () => {
      const rows = await grid.query<{ id: string }>(
        "select job_id as id from jobs where companion_of = $1 and state = 'running'",
        [jobId],
      );
      return rows[0]?.id;
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

  test("finish: the verdict is written and told once", async () => {
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
    const jobId = await grid.submitOne('test: "true"\nprepare: exit 1');
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
  });

  test("expandSubmission and rejectSubmission: jobs are made once, and a refusal is told once", async () => {
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
    await eventually("nfs to be up", async () =>
      (await grid.client.grid()).services.find(({ name }) => name === "nfs")?.state === "up" ? true : undefined,
    );
    await killWithin("recordServiceChanges", "lock table outages in share mode", async () => {
      await nfs.stop();
      return monitorWorkflowId;
    });
    await nfs.start();
    await eventually("the end of the outage", async () => {
      const outages = await grid.query<{ ended: boolean }>(
        "select ended_at is not null as ended from outages where service = 'nfs'",
      );
      return outages.length === 1 && outages[0]!.ended ? true : undefined;
    });
  });

  test("obeyOrders: a pause is obeyed once", async () => {
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

  test("reportDowntimeWeekly: a week is told once", async () => {
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
