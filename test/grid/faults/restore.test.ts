import { cpSync, rmSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { eventually } from "../../support/eventually.js";
import { runCommand, TestGrid } from "../../support/grid.js";
import { jobWorkflowId } from "../../../workflows/messages.js";

const owned = (owner: string, tests: string) => ({
  "holdfast.yaml": `owner: ${owner}@example.org\nproject: restored\ntests:\n  ${tests}\n`,
});

describe("a database that is restored from an older copy", () => {
  let grid: TestGrid;
  beforeAll(async () => {
    grid = await new TestGrid(`machines: { alpha: { slots: 4 } }
admins: [admin@example.org]
services: { never: { probe: { tcp: 127.0.0.1:9 }, every: 1s } }
mail: { gather: 300ms, digest-from: 3, digest-after: 1s }
verdict: { back-off: 500ms, back-off-max: 2s }
`).start();
  });
  afterAll(() => grid.stop());

  const copy = () => join(grid.folder, "copy");
  const database = () => join(grid.data, "postgres");
  /** The mails that an owner got, with the number of copies. */
  const mailsTo = async (owner: string) => {
    const mails = (await grid.mails()).filter(({ to }) => to.includes(`${owner}@example.org`));
    return mails.map(({ subject, copies }) => ({ subject, copies }));
  };
  const told = (owner: string, count: number) =>
    eventually(`${count} mails to ${owner}`, async () => ((await mailsTo(owner)).length >= count ? true : undefined));

  test("nothing is sent twice, owners and admins learn what is lost, and the rest continues", async () => {
    expect((await runCommand(grid, "pause", "machine:alpha", "--why", "moves")).code).toBe(0);
    const waiting = await grid.submit(owned("ann", 'good: { test: "true" }\n  bad: { test: "exit 1" }'));
    const gathered = await grid.submit(owned("bob", 'many: { test: "true", matrix: { n: [1, 2, 3, 4] } }'));
    const held = (await grid.submit(owned("cid", 'later: { test: "true", require: [service:never] }'))).jobs[0]!.jobId;
    for (const { jobId } of [...waiting.jobs, ...gathered.jobs]) await grid.jobIn(jobId, "held");
    await grid.jobIn(held, "held");
    await grid.end("SIGTERM");
    cpSync(database(), copy(), { recursive: true });

    await grid.start();
    expect((await runCommand(grid, "resume", "machine:alpha", "--why", "moved")).code).toBe(0);
    for (const { jobId } of [...waiting.jobs, ...gathered.jobs]) await grid.finished(jobId);
    const done = await grid.submit(owned("dan", 'done: { test: "true" }'));
    await grid.finished(done.jobs[0]!.jobId);
    const lost = await grid.submit(owned("eve", 'lost: { test: "true", require: [service:never] }'));
    await grid.jobIn(lost.jobs[0]!.jobId, "held");
    for (const [owner, count] of [
      ["ann", 2],
      ["bob", 1],
      ["dan", 1],
    ] as const)
      await told(owner, count);
    await eventually("the journal", async () =>
      (
        await grid.query(
          "select 1 from journal union all select 1 from outbox where sent_at is null and refused_at is null",
        )
      ).length === 0
        ? true
        : undefined,
    );
    const before = { ann: await mailsTo("ann"), bob: await mailsTo("bob"), dan: await mailsTo("dan") };
    await grid.end("SIGTERM");
    rmSync(database(), { recursive: true });
    cpSync(copy(), database(), { recursive: true });

    await grid.start();
    const summary = await eventually("a summary", async () =>
      (await grid.mails()).find(({ subject }) => subject.startsWith("RESTORED")),
    );
    await told("eve", 1);
    expect(summary.to).toEqual(["admin@example.org"]);
    for (const part of [lost.submissionId, "eve@example.org", "resume machine:alpha", "Orders to give again"])
      expect(summary.text).toContain(part);
    expect(summary.text).not.toContain(done.submissionId);
    const { text } = (await grid.mails()).find(({ subject }) => subject.startsWith("LOST"))!;
    expect(text).toContain("Please submit it again");
    for (const { jobId, test: name } of [...waiting.jobs, ...gathered.jobs])
      expect(await grid.client.job(jobId)).toMatchObject({
        verdict: name === "bad" ? "fail" : "pass",
        state: "finished",
        evidence: expect.arrayContaining([expect.objectContaining({ check: "restore" })]),
      });

    // The pause of the copy is in effect again, as the summary says. The jobs of the copy continue.
    await runCommand(grid, "resume", "machine:alpha", "--why", "moved");
    await runCommand(grid, "service", "override", "never", "up", "--why", "a test", "--for", "1h");
    expect(await grid.finished(held)).toMatchObject({ verdict: "pass" });
    await grid.finished((await grid.submit(owned("fay", 'new: { test: "true" }'))).jobs[0]!.jobId);
    await told("fay", 1);
    await told("cid", 1);
    expect({ ann: await mailsTo("ann"), bob: await mailsTo("bob"), dan: await mailsTo("dan") }).toEqual(before);
    for (const owner of ["cid", "eve", "fay"])
      expect(await mailsTo(owner)).toEqual([{ subject: expect.any(String), copies: 1 }]);
    const runs = await grid.temporal(async (client) =>
      client.workflow.getHandle(jobWorkflowId(lost.jobs[0]!.jobId)).describe(),
    );
    expect(runs.status.name).toBe("TERMINATED");
  });
});

test("a database is never mistaken for a restored one, however often control workers are killed", async () => {
  const grid = await new TestGrid("machines: { alpha: { slots: 4 } }\nadmins: [admin@example.org]\n").start();
  try {
    for (let kill = 0; kill < 4; kill++) {
      const { jobs } = await grid.submit(owned("ann", 'many: { test: "true", matrix: { n: [1, 2, 3, 4, 5, 6] } }'));
      await eventually("some to end", async () =>
        (await grid.client.jobs({ verdict: "pass" })).jobs.length > 6 * kill + 1 ? true : undefined,
      );
      await grid.killAndAwaitReturn("control");
      for (const { jobId } of jobs) expect(await grid.finished(jobId)).toMatchObject({ verdict: "pass" });
    }
    await eventually("the journal", async () =>
      (await grid.query("select 1 from journal")).length === 0 ? true : undefined,
    );
    expect(
      (await grid.mails()).map(({ subject }) => subject).filter((subject) => /^(RESTORED|LOST)/.test(subject)),
    ).toEqual([]);
    const [{ number }] = (await grid.query<{ number: string }>("select number from journal_position")) as [
      { number: string },
    ];
    expect(Number(number)).toBeGreaterThan(3);
  } finally {
    await grid.stop();
  }
});
