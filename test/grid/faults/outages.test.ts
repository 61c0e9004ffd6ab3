import { rmSync } from "node:fs";
import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import type { Downtime } from "../../../client/grid-client.js";
import { eventually } from "../../support/eventually.js";
import { runCommand, TestGrid } from "../../support/grid.js";
import { serviceIs } from "../../support/service-state.js";
import { TcpService } from "../../support/tcp-service.js";

describe("outages of a grid's services", () => {
  const services = {
    nfs: new TcpService(),
    mirror: new TcpService(),
    licence: new TcpService(),
    lab: new TcpService(),
  };
  let grid: TestGrid;
  beforeAll(async () => {
    for (const service of Object.values(services)) await service.start();
    const probe = (name: keyof typeof services, more = "") =>
      `  ${name}: { probe: { tcp: "127.0.0.1:${services[name].port}" }, every: 500ms, down: 2, up: 1, timeout: 5s${more} }\n`;
    grid = await new TestGrid(
      `services:\n${probe("nfs", ', runbook: "https://wiki/nfs"')}${probe("mirror", ", owner: mirror@example.org")}${probe("licence")}${probe("lab")}` +
        `machines: { alpha: { slots: 2 }, beta: { slots: 2 } }
admins: [admin@example.org]
hold: { budget: 1h, flapping: { count: 3, settle: 4s } }
mail: { gather: 1s, calm: 2s, remind: 3s, digest-from: 100 }
verdict: { grace: 500ms, back-off: 500ms, back-off-max: 1s }
`,
    ).start();
    await serviceIs(grid, "nfs", "up");
    await serviceIs(grid, "lab", "up");
  });
  afterAll(async () => {
    await grid.stop();
    for (const service of Object.values(services)) await service.stop();
  });

  const needing = (service: string, command = '"true"') => `test: ${command}\nrequire: [service:${service}]`;
  const outagesOf = (service: string) =>
    grid.query<{ started_at: Date; ended_at: Date | null; flaps: number; cause: string | null }>(
      "select * from outages where service = $1 order by started_at",
      [service],
    );
  const adminMails = async (about: RegExp) =>
    (await grid.mails()).filter(({ to, subject }) => to.includes("admin@example.org") && about.test(subject));

  test("one of three services is down: jobs that need it are held, others run, and the report shows the cost", async () => {
    await services.nfs.stop();
    await serviceIs(grid, "nfs", "down");
    const held = await Promise.all([grid.submitOne(needing("nfs")), grid.submitOne(needing("nfs"))]);
    const others = await Promise.all(
      [needing("mirror"), needing("licence"), 'test: "true"'].map((each) => grid.submitOne(each)),
    );
    for (const each of others) expect(await grid.finished(each)).toMatchObject({ verdict: "pass", holds: [] });
    for (const each of held) await grid.jobIn(each, "held");
    const [mail] = await eventually("the admin's mail", async () => {
      const mails = await adminMails(/^DOWN service nfs/);
      return mails.length > 0 ? mails : undefined;
    });
    expect(mail!.text).toMatch(/Probe says +127.0.0.1:\d+: ECONNREFUSED/);
    expect(mail!.text).toMatch(/Runbook +https:\/\/wiki\/nfs/);
    await eventually("a reminder", async () => ((await adminMails(/^STILL DOWN/)).length > 0 ? true : undefined));
    await services.nfs.start();
    for (const each of held) expect(await grid.finished(each)).toMatchObject({ verdict: "pass" });
    const [closed] = await eventually("the mail of its end", async () => {
      const mails = await adminMails(/^UP service nfs/);
      return mails.length > 0 ? mails : undefined;
    });
    expect(closed!.text).toMatch(/Jobs held +2 \(dev@example.org 2\)/);
    expect(closed!.text).toMatch(/Cost +\d+\.\d\d job-hours held/);
    const [outage, ...more] = await outagesOf("nfs");
    expect(more).toEqual([]);
    // The same cost, counted from the jobs' own holds.
    const [recount] = await grid.query<{ jobs: number; hours: number }>(
      `select count(distinct job_id)::int as jobs, sum(extract(epoch from until - since))::float / 3600 as hours from holds where service = 'nfs'`,
    );
    const report = JSON.parse((await runCommand(grid, "downtime", "--json")).stdout) as Downtime;
    const line = report.services.find(({ service }) => service === "nfs")!;
    const cost = report.cost.services.find(({ service }) => service === "nfs")!;
    expect(line).toMatchObject({ outages: 1, timeline: [expect.objectContaining({ trouble: "unplanned" })] });
    expect(cost.jobsHeld).toBe(recount!.jobs);
    expect(line.downtimeMs).toBe(outage!.ended_at!.getTime() - outage!.started_at.getTime());
    expect(cost.jobHeldMs / 3_600_000).toBeCloseTo(recount!.hours, 4);
    expect((await runCommand(grid, "outages", "--service", "nfs")).stdout).toContain(outage!.started_at.toISOString());
    expect((await runCommand(grid, "downtime")).stdout).toMatch(/nfs/);
  });

  for (const name of ["control", "temporal", "postgres"]) {
    test(`an outage during which ${name} is killed has one row, and the admin one mail; no job is lost`, async () => {
      const service = { control: "mirror", temporal: "licence", postgres: "lab" }[name] as "mirror" | "licence" | "lab";
      await services[service].stop();
      await serviceIs(grid, service, "down");
      const jobId = await grid.submitOne(needing(service));
      await grid.jobIn(jobId, "held");
      await grid.killAndAwaitReturn(name);
      const later = await eventually("another submission", () => grid.submitOne(needing(service)));
      await grid.jobIn(later, "held");
      // The service recovers while nothing watches it.
      grid.kill("control");
      await services[service].start();
      for (const each of [jobId, later]) {
        expect(await grid.finished(each)).toMatchObject({ verdict: "pass" });
        expect(await grid.mailsOf(each)).toEqual([expect.objectContaining({ copies: 1 })]);
      }
      expect(await outagesOf(service)).toEqual([expect.objectContaining({ ended_at: expect.any(Date) })]);
      await eventually("the mail of its end", async () =>
        (await adminMails(new RegExp(`^UP .*${service}`))).length > 0 ? true : undefined,
      );
      // If its sender was killed, the mail is sent after the sender's claim has expired.
      await eventually("the mail of its beginning", async () =>
        (await adminMails(new RegExp(`^DOWN .*${service}`))).length > 0 ? true : undefined,
      );
      // The inbox counts messages by id, because a sender that is killed before it notes the relay's answer sends again.
      expect(await adminMails(new RegExp(`^DOWN .*${service}`))).toHaveLength(1);
    });
  }

  test("ten held jobs continue after Temporal's database was deleted", async () => {
    await services.lab.stop();
    await serviceIs(grid, "lab", "down");
    const { jobs } = await grid.submit({
      "holdfast.yaml": `owner: dev@example.org\ntests:\n  ten:\n    test: "true"\n    require: [service:lab]\n    matrix: { n: [1, 2, 3, 4, 5, 6, 7, 8, 9, 10] }\n`,
    });
    for (const { jobId } of jobs) await grid.jobIn(jobId, "held");
    await grid.end("SIGTERM");
    rmSync(`${grid.data}/temporal`, { recursive: true });
    await grid.start();
    await services.lab.start();
    for (const { jobId } of jobs) expect(await grid.finished(jobId)).toMatchObject({ verdict: "pass" });
    for (const { jobId } of jobs) expect(await grid.mailsOf(jobId)).toEqual([expect.objectContaining({ copies: 1 })]);
  });

  test("a flapping service causes one outage with a count of flaps, and no flood of mails or releases", async () => {
    const before = (await outagesOf("nfs")).length;
    const mailsBefore = (await adminMails(/nfs/)).length;
    const probed = (what: string) =>
      eventually(
        `nfs to be ${what}`,
        async () => (await grid.query(`select 1 from services where service = 'nfs' and ${what}`))[0],
      );
    const flap = async () => {
      await services.nfs.stop();
      await probed("state = 'down' and first_good_at is null");
      await services.nfs.start();
      await probed("(state = 'up' or first_good_at is not null)");
    };
    for (let count = 0; count < 5; count++) await flap();
    const [row] = await grid.query<{ state: string; settle_ms: number }>(
      "select state, settle_ms::int from services where service = 'nfs'",
    );
    expect(row).toMatchObject({ state: "down" });
    expect(row!.settle_ms).toBeGreaterThanOrEqual(4_000);
    const jobId = await grid.submitOne(needing("nfs"));
    expect(await grid.finished(jobId)).toMatchObject({ verdict: "pass", attempts: [expect.anything()] });
    const rows = (await outagesOf("nfs")).slice(before);
    expect(rows.length).toBeLessThanOrEqual(2);
    expect(rows.at(-1)!.flaps).toBeGreaterThanOrEqual(2);
    // At most two outages, each with a mail at its start and at its end. Reminders do not count here.
    const mails = (await adminMails(/nfs/)).slice(mailsBefore).filter(({ subject }) => !subject.startsWith("STILL"));
    expect(mails.length).toBeLessThanOrEqual(4);
  });

  test("a gap in the watch is recorded from the last heartbeat on, and counts as offline", async () => {
    const frozenAt = Date.now();
    grid.kill("control", "SIGSTOP");
    await new Promise((resolve) => setTimeout(resolve, 18_000));
    grid.kill("control", "SIGCONT");
    const [gap, ...more] = await eventually("the gap", async () => {
      const { outages } = await grid.client.outages({
        service: "grid/control",
        from: new Date(frozenAt).toISOString(),
      });
      return outages.length > 0 ? outages : undefined;
    });
    expect(more).toEqual([]);
    expect(Math.abs(Date.parse(gap!.startedAt) - frozenAt)).toBeLessThan(15_000);
    expect(gap!.durationMs).toBeGreaterThan(15_000);
    const { grid: offline } = await grid.client.downtime({ from: new Date(frozenAt - 15_000).toISOString() });
    expect(offline.offlineMs).toBeGreaterThan(15_000);
    expect(await grid.finished(await grid.submitOne('test: "true"'))).toMatchObject({ verdict: "pass" });
  });

  test("an admin records an outage that no probe saw", async () => {
    const recorded = await runCommand(
      grid,
      "outage",
      "record",
      "licence",
      "--from",
      "2026-01-01T00:00:00Z",
      "--to",
      "2026-01-01T01:00:00Z",
      "--why",
      "no seats left",
    );
    expect(recorded.code).toBe(0);
    const report = JSON.parse(
      (await runCommand(grid, "downtime", "--from", "2026-01-01", "--to", "2026-01-02", "--json")).stdout,
    ) as Downtime;
    expect(report.services.find(({ service }) => service === "licence")).toMatchObject({
      outages: 1,
      downtimeMs: 3_600_000,
    });
    expect(
      (await runCommand(grid, "outage", "record", "moon", "--from", "2026-01-01", "--to", "2026-01-02", "--why", "x"))
        .code,
    ).toBe(64);
  });
});
