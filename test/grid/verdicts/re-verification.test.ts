import { existsSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import type { Job } from "../../../client/grid-client.js";
import { eventually } from "../../support/eventually.js";
import { runCommand, TestGrid } from "../../support/grid.js";
import { TcpService } from "../../support/tcp-service.js";

const outside = mkdtempSync(join(tmpdir(), "holdfast-late-"));
const shelf = new TcpService();

describe("an outage that is recorded after a failure mail", () => {
  let grid: TestGrid;
  beforeAll(async () => {
    await shelf.start();
    grid = await new TestGrid(`services:
  shelf: { probe: { tcp: "127.0.0.1:${shelf.port}" }, every: 500ms }
  other: { probe: { tcp: "127.0.0.1:${shelf.port}" }, every: 500ms }
machines: { alpha: { confine: false }, beta: { confine: false } } # their tests look for files
admins: [admin@example.org]
verdict: { back-off: 1s, back-off-max: 2s, crowd: { tests: 100 } }
`).start();
  });
  afterAll(async () => {
    await grid.stop();
    await shelf.stop();
    rmSync(outside, { recursive: true, force: true });
  });

  const submit = async (name: string, command: string) => {
    const { jobs } = await grid.submit({
      "holdfast.yaml": `owner: dev@example.org\ntests:\n  ${name}:\n    test: ${JSON.stringify(command)}\n    require: [service:shelf]\n`,
    });
    return jobs[0]!.jobId;
  };
  /** A failed job. Its test fails as long as a file outside does not exist. */
  const failing = async (name: string) => {
    const job = await grid.finished(await submit(name, `test -e ${join(outside, name)}`));
    expect(job).toMatchObject({ verdict: "fail", correctedBy: null });
    return job;
  };
  /** Records an outage from the start of the job's first run until `beforeMs` before its end. */
  const record = async (job: Job, service = "shelf", beforeMs = 0) => {
    const first = job.attempts.find(({ companion }) => companion === null)!;
    const end = new Date(Date.parse(first.endedAt!) - beforeMs).toISOString();
    const times = ["--from", first.startedAt, "--to", end];
    const { code, stderr } = await runCommand(grid, "outage", "record", service, ...times, "--why", "seen by hand");
    expect([code, stderr]).toEqual([0, ""]);
  };
  const everythingLookedAt = () =>
    eventually("every outage and failure to be checked against each other", async () => {
      const [row] = await grid.query<{ left: number }>(
        "select ((select count(*) from outages where looked_back_at is null and severity = 'down') + (select count(*) from jobs where verdict = 'fail' and looked_back_at is null))::int as left",
      );
      return row!.left === 0 ? true : undefined;
    });
  const corrected = async (jobId: string) => {
    const run = await eventually(
      `job ${jobId} to be run again`,
      async () => (await grid.client.job(jobId)).correctedBy ?? undefined,
    );
    await grid.finished(run.jobId);
    return grid.client.job(jobId);
  };
  const correctionsOf = async (jobId: string) =>
    (await grid.mails()).filter(({ headers }) => headers["x-holdfast-corrects"] === jobId);
  const runsAgain = (jobId: string) =>
    grid.query<{ job_id: string }>(
      "select job_id from jobs where companion_of = $1 and companion_purpose = 'reopen' order by 1",
      [jobId],
    );

  test("runs the job again, and answers the mail when it passes; a repeated outage does nothing", async () => {
    const told = await failing("mended");
    const [alarm] = await grid.mailsOf(told.jobId);
    expect(alarm!.text).toContain(`/jobs/${told.jobId}/not-my-code`);
    await record(told, "other");
    await everythingLookedAt();
    expect(await runsAgain(told.jobId)).toEqual([]);

    writeFileSync(join(outside, "mended"), "");
    await record(told);
    const job = await corrected(told.jobId);
    expect(job).toMatchObject({
      verdict: "fail",
      correctedBy: { jobId: `${told.jobId}.reopen.1`, verdict: "pass", because: [{ service: "shelf" }] },
    });
    const why = await grid.client.why(told.jobId);
    expect(why.summary).toMatch(/seen by hand.*this was not your code/);
    expect((await runCommand(grid, "job", told.jobId)).stdout).toContain(`corrected by job ${told.jobId}.reopen.1`);
    expect(await grid.client.job(`${told.jobId}.reopen.1`)).toMatchObject({
      verdict: "pass",
      runsFor: { jobId: told.jobId, purpose: "reopen" },
    });
    const [correction] = await eventually("the correction", async () => {
      const mails = await correctionsOf(told.jobId);
      return mails.length > 0 ? mails : undefined;
    });
    expect(correction!.subject).toMatch(/^CORRECTION mended · .*: pass$/);
    expect(`${correction!.subject}${correction!.text}`).not.toMatch(/fail/i);
    expect(correction!.text).toContain("seen by hand");
    expect(correction!.to).toEqual(alarm!.to);
    expect(correction!.headers["in-reply-to"]).toBe(alarm!.headers["message-id"]);
    expect(correction!.headers["references"]).toContain(alarm!.headers["message-id"]);

    await record(told);
    await everythingLookedAt();
    expect(await runsAgain(told.jobId)).toHaveLength(1);
    expect(await correctionsOf(told.jobId)).toHaveLength(1);
    expect(await grid.mailsOf(told.jobId)).toHaveLength(1);
    expect(await grid.client.falseAlarms({})).toMatchObject({
      alarms: 1,
      falseAlarms: 1,
      passedOnReopening: 1,
      rate: 1,
    });
    expect((await runCommand(grid, "false-alarms")).stdout).toContain("1 of 1 alarm was found to be false (100.0 %)");
    expect(await (await grid.fetch(`${grid.endpoints.api}/downtime`)).text()).toContain(
      "1 of 1 alarm was found to be false (100.0 %)",
    );
  });

  test("runs the job again once, even if the control worker is killed at that moment", async () => {
    const told = await failing("killed");
    writeFileSync(join(outside, "killed"), "");
    await Promise.all([record(told), grid.killAndAwaitReturn("control")]);
    await eventually("it to be run again", async () => ((await runsAgain(told.jobId)).length > 0 ? true : undefined));
    await grid.killAndAwaitReturn("control");
    expect((await corrected(told.jobId)).correctedBy).toMatchObject({ verdict: "pass" });
    await everythingLookedAt();
    expect(await runsAgain(told.jobId)).toHaveLength(1);
    await eventually("the correction", async () => ((await correctionsOf(told.jobId)).length > 0 ? true : undefined));
    const corrections = await correctionsOf(told.jobId);
    expect(corrections.map(({ copies }) => copies)).toEqual([1]);
  });

  test("confirms the failure when the job fails again; an outage during that run reopens the job once more", async () => {
    const told = await failing("broken");
    await record(told);
    const first = await corrected(told.jobId);
    expect(first.correctedBy).toMatchObject({ jobId: `${told.jobId}.reopen.1`, verdict: "fail" });
    await record(await grid.client.job(first.correctedBy!.jobId));
    await eventually("a second run", async () => ((await runsAgain(told.jobId)).length === 2 ? true : undefined));
    expect((await corrected(told.jobId)).correctedBy).toMatchObject({
      jobId: `${told.jobId}.reopen.2`,
      verdict: "fail",
    });
    const mails = await eventually("both corrections", async () => {
      const corrections = await correctionsOf(told.jobId);
      return corrections.length === 2 ? corrections : undefined;
    });
    expect(mails.map(({ subject }) => subject)).toEqual(
      Array(2).fill(expect.stringMatching(/^CORRECTION broken · .*: fail$/)),
    );
    expect(mails[1]!.headers["in-reply-to"]).toBe(mails[0]!.headers["message-id"]);
    expect(mails[0]!.text).toMatch(/^What changed\n +First failed +at \S+, submitted \S+ \S+ UTC\n/m);
    expect(mails[0]!.text).toMatch(/^How to reproduce$/m);
    expect(mails[0]!.text).toContain(`holdfast rerun ${told.jobId}\n`);
    expect(mails[0]!.text).not.toContain(`${told.jobId}.reopen.1/not-my-code`);
    await everythingLookedAt();
    expect(await runsAgain(told.jobId)).toHaveLength(2);
    expect(await grid.client.falseAlarms({})).toMatchObject({ failedAgain: 1 });
  });

  test("withdraws a failure that is still being verified, before anybody is notified", async () => {
    const go = join(outside, "go");
    const waits = `while ! test -e ${go}; do sleep 0.2; done`;
    const jobId = await submit("slow", `test "$HOLDFAST_ATTEMPT" = 1 && sleep 3 && exit 3; ${waits}; exit 3`);
    const { verifying } = await eventually("its confirmation to run", async () => {
      const why = await grid.client.why(jobId);
      return why.verifying?.wanted.some(({ text }) => /confirmation.*running/.test(text)) === true ? why : undefined;
    });
    expect(verifying!.known.map(({ text }) => text)).toEqual([expect.stringMatching(/^Attempt 1 failed on \w+: exit/)]);
    expect(await (await grid.fetch(`${grid.endpoints.api}/jobs/${jobId}`)).text()).toContain(
      "nobody has been notified yet",
    );
    expect((await runCommand(grid, "why", jobId)).stdout).toContain("Next: a confirmation");
    // The outage ends so long before the confirmation that the error of the clocks does not matter.
    await record(await grid.client.job(jobId), "shelf", 2_000);
    await everythingLookedAt();
    expect(existsSync(go)).toBe(false);
    writeFileSync(go, "");
    const job = await grid.finished(jobId);
    expect(job).toMatchObject({ verdict: "fail", correctedBy: null });
    expect(job.attempts.map(({ purpose, outcome }) => [purpose, outcome])).toEqual([
      ["test", "dirty"],
      ["confirmation", "candidate"],
      ["confirmation", "candidate"],
    ]);
    expect(await grid.mailsOf(jobId)).toHaveLength(1);
  });

  test("finds a failure that was written at the same moment", async () => {
    const told = await failing("crossed");
    await everythingLookedAt();
    const { startedAt, endedAt } = told.attempts[0]!;
    // As if the outage had been checked before the verdict was visible.
    await grid.query(
      "insert into outages (outage_id, service, kind, severity, started_at, ended_at, detail, looked_back_at) values ('crossed', 'shelf', 'unplanned', 'down', $1, $2, 'crossed', now())",
      [startedAt, endedAt],
    );
    await grid.query("update jobs set looked_back_at = null where job_id = $1", [told.jobId]);
    expect((await corrected(told.jobId)).correctedBy).toMatchObject({
      verdict: "fail",
      because: [{ outageId: "crossed" }],
    });
  });

  test("and a claim that it was not the code: sent to the admins once, answered, and counted", async () => {
    const told = await failing("claimed");
    const page = `${grid.endpoints.api}/jobs/${told.jobId}/not-my-code`;
    const html = await (await grid.fetch(page)).text();
    expect((await grid.client.job(told.jobId)).notMyCode).toBeNull();
    const claim = /name="claim" value="([^"]+)"/.exec(html)![1]!;
    const cookie = await grid.signIn();
    const send = (site: string) =>
      fetch(page, {
        method: "POST",
        redirect: "manual",
        headers: { cookie, "sec-fetch-site": site },
        body: new URLSearchParams({ claim, why: "the <b>shelf</b> was moved", name: "" }),
      });
    expect((await send("cross-site")).status).toBe(403);
    expect([(await send("same-origin")).status, (await send("same-origin")).status]).toEqual([303, 303]);
    const command = ["not-my-code", told.jobId, "--why", "somebody else broke it", "--name", "dev"];
    expect((await runCommand(grid, ...command)).code).toBe(0);
    const { notMyCode } = await grid.client.job(told.jobId);
    expect(notMyCode).toMatchObject({
      claims: [{ name: "grid token", why: "the <b>shelf</b> was moved" }, { name: "dev" }],
      ruling: null,
    });
    expect(await (await grid.fetch(`${grid.endpoints.api}/jobs/${told.jobId}`)).text()).toContain("the &lt;b>shelf");
    const mails = await eventually("the admins' mail", async () => {
      const about = (await grid.mails()).filter(({ headers }) => headers["x-holdfast-about"] === told.jobId);
      return about.length > 0 ? about : undefined;
    });
    expect(mails).toMatchObject([
      { to: ["admin@example.org"], subject: expect.stringMatching(/^NOT MY CODE claimed/) },
    ]);
    expect(mails[0]!.text).toContain(`holdfast rerun ${told.jobId}`);
    const before = await grid.client.falseAlarms({});
    expect((await runCommand(grid, "not-my-code", told.jobId, "--agree", "--why", "it was moved")).code).toBe(0);
    const after = await grid.client.falseAlarms({});
    const change = (["agreed", "falseAlarms", "inDoubt"] as const).map((figure) => after[figure] - before[figure]);
    expect(change).toEqual([1, 1, -1]);
    const passed = await grid.finished(await submit("fine", "true"));
    expect((await runCommand(grid, "not-my-code", passed.jobId, "--why", "no")).code).toBe(64);
  });
});
