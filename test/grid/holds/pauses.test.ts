import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { eventually } from "../../support/eventually.js";
import { runCommand, TestGrid } from "../../support/grid.js";
import { TcpService } from "../../support/tcp-service.js";
import { jobWorkflowId } from "../../../workflows/messages.js";

describe("pauses", () => {
  const nfs = new TcpService();
  let grid: TestGrid;
  beforeAll(async () => {
    await nfs.start();
    grid = await new TestGrid(`services:
  nfs: { probe: { tcp: "127.0.0.1:${nfs.port}" }, every: 500ms, down: 2, up: 1, timeout: 5s }
machines: { alpha: {}, beta: {} }
hold: { budget: 1h }
verdict: { back-off: 1s, back-off-max: 2s }
`).start();
    await eventually("nfs to be up", async () =>
      (await grid.client.grid()).services.find(({ name }) => name === "nfs")?.state === "up" ? true : undefined,
    );
  });
  afterAll(async () => {
    await grid.stop();
    await nfs.stop();
  });

  /** Runs until it is stopped, and passes when it runs again. */
  const onlyFirstIsLong = 'test: test "$HOLDFAST_ATTEMPT" != 1 || sleep 600';
  const needing = `test: "true"\nrequire: [service:nfs]`;
  const pause = (scope: string, more = {}) =>
    grid.client.pause({ scope, reason: "moves to rack 2", by: "ann", ...more });
  const resume = (scope: string) => grid.client.resume({ scope, reason: "moved", by: "ann" });
  async function audit(): Promise<string[]> {
    const { audit: lines } = await grid.client.audit({ limit: "200" });
    return lines.map(({ actor, action, target, detail }) => `${actor} ${action} ${target}: ${detail}`);
  }
  async function audited(line: RegExp): Promise<void> {
    await eventually(`an audit line like ${line}`, async () =>
      (await audit()).some((each) => line.test(each)) ? true : undefined,
    );
  }

  test("a paused service holds only the jobs that need it, says who and why, and costs no budget", async () => {
    await pause("service:nfs");
    const [held, other] = [await grid.submitOne(needing), await grid.submitOne(`test: "true"`)];
    expect(await grid.finished(other)).toMatchObject({ verdict: "pass" });
    expect((await grid.jobIn(held, "held")).holds).toEqual([
      expect.objectContaining({
        reason: "admin/paused",
        service: "nfs",
        detail: expect.stringMatching(/service nfs is paused since .* by grid token for ann: moves to rack 2/),
      }),
    ]);
    expect((await runCommand(grid, "why", held)).stdout).toContain("by grid token for ann: moves to rack 2");
    // This makes the pause longer than the whole budget.
    await grid.query("update holds set since = now() - interval '2 hours' where job_id = $1", [held]);
    expect(await grid.client.extend(held, { for: "1m", by: "ann" })).toMatchObject({ leftMs: 61 * 60_000 });
    await resume("service:nfs");
    expect(await grid.finished(held)).toMatchObject({ verdict: "pass" });
    await audited(/^grid token for ann pause service:nfs: moves to rack 2$/);
    await audited(/^grid token for ann resume service:nfs: moved$/);
    await audited(/^grid token for ann extend job:\w+: by 1m$/);
  });

  test("a paused grid starts nothing once the request to pause is answered; running jobs continue", async () => {
    const running = await grid.submitOne("test: sleep 3");
    await grid.jobIn(running, "running");
    await pause("grid");
    const later = await grid.submitOne(`test: "true"`);
    await grid.jobIn(later, "held");
    expect(await grid.finished(running)).toMatchObject({ verdict: "pass", attempts: [expect.anything()] });
    expect(await grid.client.job(later)).toMatchObject({ state: "held", attempts: [] });
    await resume("grid");
    expect(await grid.finished(later)).toMatchObject({ verdict: "pass" });
  });

  test("with --now running jobs are stopped and held, do not fail, and run again", async () => {
    const jobId = await grid.submitOne(onlyFirstIsLong);
    const { machine } = (await grid.jobIn(jobId, "running")).attempts[0]!;
    await pause(`machine:${machine}`, { now: true });
    const job = await grid.finished(jobId);
    expect(job).toMatchObject({ verdict: "pass" });
    expect(job.attempts[0]).toMatchObject({ machine, outcome: "infrastructure", failureIdentifier: "admin/stopped" });
    expect(job.attempts[1]!.machine).not.toBe(machine);
    await resume(`machine:${machine}`);
  });

  test("one job can be paused, while it waits and while it runs", async () => {
    await pause("service:nfs");
    const waiting = await grid.submitOne(needing);
    await grid.jobIn(waiting, "held");
    await pause(`job:${waiting}`);
    await resume("service:nfs");
    await eventually("only its own pause to hold it", async () => {
      const open = (await grid.client.job(waiting)).holds.filter(({ until }) => until === null);
      return open.length === 1 && open[0]!.detail.startsWith("this job is paused") ? true : undefined;
    });
    await resume(`job:${waiting}`);
    expect(await grid.finished(waiting)).toMatchObject({ verdict: "pass" });

    const running = await grid.submitOne(onlyFirstIsLong);
    await grid.jobIn(running, "running");
    // An admin can also signal the job's own workflow.
    await grid.temporal((client) =>
      client.workflow.getHandle(jobWorkflowId(running)).signal("pause", { reason: "look first", by: "bob", now: true }),
    );
    expect(await grid.jobIn(running, "held")).toMatchObject({
      attempts: [{ outcome: "infrastructure", failureIdentifier: "admin/stopped" }],
    });
    await grid.temporal((client) =>
      client.workflow.getHandle(jobWorkflowId(running)).signal("resume", { reason: "seen", by: "bob" }),
    );
    expect(await grid.finished(running)).toMatchObject({ verdict: "pass" });
  });

  test("a pause with an end ends by itself", async () => {
    await pause("grid", { for: "1h" });
    const jobId = await grid.submitOne(`test: "true"`);
    await grid.jobIn(jobId, "held");
    // A short pause may be over before the job is in the queue, so its end is moved to now.
    await grid.query("update pauses set until = now() where scope = 'grid' and ended_at is null");
    expect(await grid.finished(jobId)).toMatchObject({ verdict: "pass" });
    await audited(/^the gate end of pause grid: /);
  });

  test("a dry run says whose jobs would be held, and holds none", async () => {
    await pause("machine:alpha");
    await pause("machine:beta");
    const jobId = await grid.submitOne(`test: "true"`);
    await grid.jobIn(jobId, "held");
    const running = await runCommand(grid, "pause", "machine:alpha", "--why", "dust", "--dry-run");
    expect(running.stdout).toContain("would hold 0 jobs");
    await resume("machine:alpha");
    await resume("machine:beta");
    await grid.finished(jobId);
    const busy = await Promise.all([grid.submitOne("test: sleep 600"), grid.submitOne("test: sleep 600")]);
    for (const each of busy) await grid.jobIn(each, "running");
    const next = await grid.submitOne(needing);
    await grid.jobIn(next, "waiting");
    const preview = await runCommand(grid, "pause", "service:nfs", "--why", "dust", "--dry-run", "--json");
    expect(JSON.parse(preview.stdout)).toEqual({
      scope: "service:nfs",
      jobs: 1,
      owners: [{ owner: "dev@example.org", jobs: 1 }],
      next: [{ jobId: next, test: "only", owner: "dev@example.org" }],
      running: [],
    });
    expect((await grid.client.previewPause({ scope: "grid", reason: "dust", dryRun: true })).running).toHaveLength(2);
    expect(await grid.client.job(next)).toMatchObject({ holds: [] });
    expect(await (await grid.fetch(`${grid.endpoints.api}/pauses/preview?scope=service:nfs`)).text()).toContain(
      "would hold 1 job",
    );
    for (const each of busy) await grid.client.cancel(each, "the test");
    for (const each of [...busy, next]) await grid.finished(each);
  });

  test("a draining machine finishes its jobs and takes no new ones", async () => {
    const jobId = await grid.submitOne("test: sleep 2");
    const { machine } = (await grid.jobIn(jobId, "running")).attempts[0]!;
    expect((await runCommand(grid, "drain", machine, "--why", "new disk")).code).toBe(0);
    const others = await Promise.all([grid.submitOne('test: "true"'), grid.submitOne('test: "true"')]);
    expect(await grid.finished(jobId)).toMatchObject({ verdict: "pass" });
    for (const each of others) expect((await grid.finished(each)).attempts[0]!.machine).not.toBe(machine);
    expect((await runCommand(grid, "undrain", machine)).code).toBe(0);
    expect((await runCommand(grid, "grid", "--log")).stdout).toMatch(/undrain +machine:/);
  });

  test("a waiting job shows how many jobs are ahead of it, without held ones", async () => {
    await pause("service:nfs");
    const held = await grid.submitOne(needing);
    await grid.jobIn(held, "held");
    const running = [await grid.submitOne("test: sleep 600"), await grid.submitOne("test: sleep 600")];
    for (const jobId of running) await grid.jobIn(jobId, "running");
    const waiting: string[] = [];
    for (let count = 0; count < 2; count++) {
      waiting.push(await grid.submitOne('test: "true"'));
      // Jobs get their places in the order in which they begin to wait.
      await grid.jobIn(waiting.at(-1)!, "waiting");
    }
    expect((await runCommand(grid, "why", waiting[1]!)).stdout).toContain("1 job is ahead of it");
    for (const jobId of running) await grid.client.cancel(jobId, "the test");
    for (const jobId of [...running, ...waiting]) await grid.finished(jobId);
    await resume("service:nfs");
    await grid.finished(held);
  });

  test("an exclusion that is added while the grid runs applies to waiting jobs, until it is removed", async () => {
    await pause("service:nfs");
    const jobId = await grid.submitOne(needing);
    await grid.jobIn(jobId, "held");
    const made = await runCommand(
      grid,
      "exclude",
      "--tests",
      "only",
      "--machines",
      "alpha,beta",
      "--why",
      "no GPU",
      "--json",
    );
    const { exclusionId, machines } = JSON.parse(made.stdout) as { exclusionId: string; machines: string[] };
    expect(machines).toEqual(["alpha", "beta"]);
    await resume("service:nfs");
    await eventually("the exclusion to hold it", async () => {
      const open = (await grid.client.job(jobId)).holds.filter(({ until }) => until === null);
      return open.length === 1 && open[0]!.detail.includes("no GPU") ? true : undefined;
    });
    expect((await runCommand(grid, "exclude")).stdout).toContain("no GPU");
    expect((await runCommand(grid, "exclude", "--end", exclusionId)).code).toBe(0);
    expect(await grid.finished(jobId)).toMatchObject({ verdict: "pass" });
  });

  test("a mistake in an order is reported at once, and holds nothing", async () => {
    for (const [args, message] of [
      [["pause", "service:moon", "--why", "x"], /no service:moon/],
      [["pause", "moon", "--why", "x"], /write grid, service:<name>/],
      [["resume", "grid"], /grid was not paused/],
      [["pause", "grid", "--why", "x", "--until", "soon"], /until: "soon" is not a date/],
      [["service", "override", "nfs", "sideways"], /none of up, down, off/],
    ] as const) {
      const { code, stderr } = await runCommand(grid, ...args);
      expect([code, stderr]).toEqual([64, expect.stringMatching(message)]);
    }
    expect((await grid.client.pauses("0")).pauses).toEqual([]);
    const { stdout } = await runCommand(grid, "exclude", "--tests", "other", "--machines", "alfa", "--why", "no GPU");
    expect(stdout).toMatch(
      /^excluded from no machine that the grid has now; `holdfast exclude --end \S+` takes it back/,
    );
  });
});
