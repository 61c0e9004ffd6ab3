import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { eventually } from "../../support/eventually.js";
import { runCommand, TestGrid } from "../../support/grid.js";
import { serviceIs } from "../../support/service-state.js";
import { TcpService } from "../../support/tcp-service.js";

const hour = 3_600_000;

describe("monitors", () => {
  const network = new TcpService();
  const nfs = new TcpService();
  let grid: TestGrid;
  let marks: string;
  const gridFile = () => `services:
  network: { probe: { tcp: "127.0.0.1:${network.port}" }, every: 500ms, down: 2, up: 1, timeout: 5s }
  nfs: { probe: { tcp: "127.0.0.1:${nfs.port}" }, every: 500ms, down: 2, up: 1, timeout: 5s, dependsOn: [network] }
  scratch: { probe: { script: 'test ! -e ${marks}/$HOLDFAST_MACHINE.broken' }, every: 500ms, down: 2, up: 1, scope: machine }
  tape: { probe: { test: reads-tape, source: ./monitor }, every: 1s, down: 1, up: 1 }
  vault: { probe: { script: 'test ! -e ${marks}/gone && { test -z "$HOLDFAST_MACHINE" || test -e ${marks}/mended; }' }, every: 500ms, down: 2, up: 1 }
  lights: { probe: { script: 'test ! -e ${marks}/dark' }, every: 500ms, down: 2, up: 1, severity: degraded }
machines: { alpha: { confine: false }, beta: { confine: false } } # their test looks for a file
admins: [admin@example.org]
hold: { budget: 1h, trust: 1h, flapping: { count: 100 } }
mail: { gather: 5s, calm: 1s }
verdict: { grace: 500ms, back-off: 500ms, back-off-max: 1s }
`;

  beforeAll(async () => {
    await network.start();
    await nfs.start();
    grid = new TestGrid("");
    marks = join(grid.folder, "marks");
    mkdirSync(marks);
    mkdirSync(join(grid.folder, "monitor"));
    writeFileSync(
      join(grid.folder, "monitor/holdfast.yaml"),
      `owner: admin@example.org\ntests:\n  reads-tape: { test: "test ! -e ${marks}/tape-torn", require: [service:tape] }\n`,
    );
    writeFileSync(grid.gridFile, gridFile());
    await grid.start();
    for (const name of ["network", "nfs", "tape", "lights"]) await serviceIs(grid, name, "up");
  });
  afterAll(async () => {
    await grid.stop();
    await network.stop();
    await nfs.stop();
  });

  const serviceNamed = async (name: string) =>
    (await grid.client.grid()).services.find((service) => service.name === name);
  const scratchIsDownOn = (machine: string) =>
    eventually(`scratch to be down on ${machine}`, async () =>
      (await serviceNamed("scratch"))?.onMachines?.[machine]?.state === "down" ? true : undefined,
    );
  async function endMaintenance(): Promise<void> {
    for (const { pauseId, kind } of (await grid.client.pauses("0")).pauses)
      if (kind === "maintenance") await grid.client.cancelPause(pauseId, { reason: "done", by: "ann" });
  }
  const needing = (service: string, command = '"true"') => `test: ${command}\nrequire: [service:${service}]`;
  const mark = (name: string) => writeFileSync(join(marks, name), "");
  const unmark = (name: string) => rmSync(join(marks, name), { force: true });
  /** Waits until the admins know of all outages, so that none of them can be in the next mail. */
  const allTold = () =>
    grid.untilFound(
      "every outage to be told",
      `select 1 where not exists (select 1 from outages where kind = 'unplanned'
        and (told_open_at is null or (ended_at is not null and told_closed_at is null)))`,
    );
  const mails = async (about: RegExp) => (await grid.mails()).filter(({ subject }) => about.test(subject));

  test("a test can watch a service: its verdict is the state, and it causes no mail", async () => {
    mark("tape-torn");
    await serviceIs(grid, "tape", "down");
    expect(await serviceNamed("tape")).toMatchObject({
      detail: expect.stringContaining("test reads-tape did not pass on"),
    });
    const held = await grid.submitOne(needing("tape"));
    await grid.jobIn(held, "held");
    unmark("tape-torn");
    expect(await grid.finished(held)).toMatchObject({ verdict: "pass" });
    expect(await mails(/reads-tape/)).toEqual([]);
  });

  test("a service of each machine: no jobs run where it is down, and its outage names the machine", async () => {
    await serviceIs(grid, "scratch", "up");
    mark("alpha.broken");
    await scratchIsDownOn("alpha");
    for (let count = 0; count < 3; count++) {
      const job = await grid.finished(await grid.submitOne(needing("scratch")));
      expect(job).toMatchObject({ verdict: "pass", attempts: [{ machine: "beta" }] });
    }
    expect(await grid.finished(await grid.submitOne('test: "true"'))).toMatchObject({ verdict: "pass" });
    mark("beta.broken");
    await scratchIsDownOn("beta");
    const held = await grid.submitOne(needing("scratch"));
    expect((await grid.jobIn(held, "held")).holds).toEqual([
      expect.objectContaining({ reason: "infra/service-down", service: "scratch" }),
    ]);
    unmark("alpha.broken");
    expect(await grid.finished(held)).toMatchObject({ verdict: "pass", attempts: [{ machine: "alpha" }] });
    unmark("beta.broken");
    const { outages } = await grid.client.outages({ service: "scratch" });
    expect(new Set(outages.map(({ machine }) => machine))).toEqual(new Set(["alpha", "beta"]));
    await serviceIs(grid, "scratch", "up");
  });

  test("a degraded service holds no jobs, and the admin gets a notice", async () => {
    await allTold();
    mark("dark");
    await serviceIs(grid, "lights", "degraded");
    expect(await grid.finished(await grid.submitOne(needing("lights")))).toMatchObject({ verdict: "pass", holds: [] });
    await eventually("the mail", async () => (await mails(/^DEGRADED service lights/))[0]);
    unmark("dark");
    await serviceIs(grid, "lights", "up");
  });

  test("services that go down together are one mail, and the root cause is named", async () => {
    await allTold();
    await Promise.all([network.stop(), nfs.stop()]);
    await serviceIs(grid, "network", "down");
    await serviceIs(grid, "nfs", "down");
    const held = await grid.submitOne(needing("nfs"));
    expect((await grid.jobIn(held, "held")).holds[0]?.detail).toMatch(/nfs is down since .*, because network is down/);
    const [mail, ...more] = await eventually("the mail", async () => {
      const found = await mails(/^DOWN .*(nfs|network)/);
      return found.length > 0 ? found : undefined;
    });
    expect(more).toEqual([]);
    expect(mail!.subject).toMatch(/^DOWN services (network, nfs|nfs, network), since/);
    await Promise.all([network.start(), nfs.start()]);
    expect(await grid.finished(held)).toMatchObject({ verdict: "pass" });
  });

  test("an outage in planned maintenance causes no alarm, costs no budget, and is reported as planned", async () => {
    const [from, until] = [0, hour].map((after) => new Date(Date.now() + after).toISOString()) as [string, string];
    const words = ["service:nfs", "--from", from, "--until", until, "--why", "new disks"];
    expect((await runCommand(grid, "maintenance", ...words)).code).toBe(0);
    const before = (await mails(/^DOWN .*nfs/)).length;
    await serviceIs(grid, "nfs", "maintenance");
    /** The page shows the maintenance; the table has the state behind it. */
    const stored = (state: string) =>
      grid.untilFound(`nfs to be ${state}`, "select 1 from services where service = 'nfs' and state = $1", [state]);
    await nfs.stop();
    await stored("down");
    const held = await grid.submitOne(needing("nfs"));
    expect((await grid.jobIn(held, "held")).holds).toEqual([
      expect.objectContaining({
        reason: "admin/maintenance",
        service: "nfs",
        detail: expect.stringContaining("new disks"),
      }),
    ]);
    await nfs.start();
    await stored("up");
    await endMaintenance();
    const job = await grid.finished(held);
    expect(job).toMatchObject({ verdict: "pass" });
    const { outages } = await grid.client.outages({ service: "nfs", limit: "1" });
    expect(outages).toEqual([
      expect.objectContaining({ kind: "maintenance", jobsHeld: 1, endedAt: expect.any(String) }),
    ]);
    const report = await grid.client.downtime({});
    const line = report.services.find(({ service }) => service === "nfs")!;
    expect(line.plannedMs).toBeGreaterThanOrEqual(outages[0]!.durationMs);
    expect((await mails(/^DOWN .*nfs/)).length).toBe(before);
  });

  test("a service that is still down after the grid's maintenance has an outage from then on, and the admin gets a notice", async () => {
    const [from, until] = [0, hour].map((after) => new Date(Date.now() + after).toISOString()) as [string, string];
    await grid.client.planMaintenance({ scope: "grid", from, until, reason: "move", by: "ann" });
    await nfs.stop();
    await serviceIs(grid, "nfs", "down");
    const before = (await mails(/^DOWN .*nfs/)).length;
    const endedAt = Date.now();
    await endMaintenance();
    const [outage] = await eventually("its outage", async () => {
      const { outages } = await grid.client.outages({ service: "nfs", limit: "1" });
      return outages[0]?.endedAt === null ? outages : undefined;
    });
    expect(outage).toMatchObject({
      kind: "unplanned",
      detail: expect.stringContaining("still down after maintenance"),
    });
    expect(Date.parse(outage!.startedAt)).toBeGreaterThanOrEqual(endedAt);
    await eventually("the mail", async () => ((await mails(/^DOWN .*nfs/)).length === before + 1 ? true : undefined));
    await nfs.start();
    await serviceIs(grid, "nfs", "up");
  });

  test("an admin can overrule a wrong probe for a time", async () => {
    expect(
      (await runCommand(grid, "service", "override", "nfs", "down", "--for", "1h", "--why", "data is corrupt")).code,
    ).toBe(0);
    await serviceIs(grid, "nfs", "down");
    const held = await grid.submitOne(needing("nfs"));
    await grid.jobIn(held, "held");
    expect((await runCommand(grid, "service", "override", "nfs", "off")).code).toBe(0);
    expect(await grid.finished(held)).toMatchObject({ verdict: "pass" });
    await nfs.stop();
    await serviceIs(grid, "nfs", "down");
    await runCommand(grid, "service", "override", "nfs", "up", "--for", "1h", "--why", "the probe is wrong");
    expect(await grid.finished(await grid.submitOne(needing("nfs")))).toMatchObject({ verdict: "pass" });
    // A failure counts as well, because an admin has said that the service is not to blame.
    expect(await grid.finished(await grid.submitOne(needing("nfs", "exit 1")))).toMatchObject({ verdict: "fail" });
    await runCommand(grid, "service", "override", "nfs", "off");
    await serviceIs(grid, "nfs", "down");
    await nfs.start();
    await serviceIs(grid, "nfs", "up");
  });

  test("after an outage jobs are released one by one; the release stops if the first one meets the same problem", async () => {
    mark("gone");
    await serviceIs(grid, "vault", "down");
    const jobs = await Promise.all(
      Array.from({ length: 4 }, () => grid.submitOne(needing("vault", `test -e ${marks}/mended`))),
    );
    for (const jobId of jobs) await grid.jobIn(jobId, "held");
    // From now on the control side's probe passes, and the machines' probes do not.
    unmark("gone");
    await eventually("the release to stop after the first job", async () => {
      const { audit } = await grid.client.audit({ limit: "50" });
      return audit.some(
        ({ actor, target, detail }) =>
          actor === "the gate" &&
          target === "service:vault" &&
          detail.includes("released after the outage, had the same problem"),
      )
        ? true
        : undefined;
    });
    const [row] = await grid.query<{ together: number }>(
      `select count(*)::int as together from attempts a join attempts b on a.job_id < b.job_id
        and a.started_at < coalesce(b.ended_at, now()) and b.started_at < coalesce(a.ended_at, now())
      where a.job_id = any($1) and b.job_id = any($1)`,
      [jobs],
    );
    expect(row!.together).toBe(0);
    mark("mended");
    for (const jobId of jobs) expect(await grid.finished(jobId)).toMatchObject({ verdict: "pass" });
    const { outages } = await grid.client.outages({ service: "vault" });
    expect(outages).toEqual([expect.objectContaining({ endedAt: expect.any(String) })]);
    expect(outages[0]!.flaps).toBeGreaterThanOrEqual(1);
    await eventually("all jobs to be released", async () => {
      await grid.finished(await grid.submitOne(needing("vault")));
      return (await serviceNamed("vault"))?.release === null ? true : undefined;
    });
  });
});
