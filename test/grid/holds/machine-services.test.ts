import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { createAgentApi } from "../../../client/agent-api.js";
import { createRequests } from "../../../client/requests.js";
import { createServiceChanges } from "../../../activities/control/health/service-changes.js";
import { connectDatabase } from "../../../db/connect.js";
import { readServices } from "../../../db/services/services.js";
import { type HealthMark, unknownHealth } from "../../../domain/health/health.js";
import { eventually } from "../../support/eventually.js";
import { runCommand, TestGrid } from "../../support/grid.js";
import { serviceIs } from "../../support/service-state.js";

/** Services that each of two machines has for itself, and a service that depends on one of them. */
describe("services of each machine", () => {
  let grid: TestGrid;
  let marks: string;
  const gridFile = (scopeOfLent: string) => `services:
  scratch: { probe: { script: 'test ! -e ${marks}/$HOLDFAST_MACHINE.broken' }, every: 500ms, down: 2, up: 1, timeout: 4s, scope: machine }
  builds: { probe: { script: 'test ! -e ${marks}/builds' }, every: 500ms, down: 2, up: 1, timeout: 5s, from: control, dependsOn: [scratch] }
  lent: { probe: { script: 'test ! -e ${marks}/lent' }, every: 500ms, down: 2, up: 1, timeout: 5s, scope: ${scopeOfLent} }
machines: { alpha: { confine: false }, beta: { confine: false } }
admins: [admin@example.org]
hold: { budget: 1h, trust: 1h, flapping: { settle: 2s } }
mail: { gather: 1s, calm: 1s }
verdict: { grace: 500ms, back-off: 500ms, back-off-max: 1s }
`;

  beforeAll(async () => {
    grid = new TestGrid("");
    marks = join(grid.folder, "marks");
    mkdirSync(marks);
    writeFileSync(grid.gridFile, gridFile("grid"));
    await grid.start();
    for (const name of ["scratch", "builds", "lent"]) await serviceIs(grid, name, "up");
  });
  afterAll(() => grid.stop());

  const serviceNamed = async (name: string) =>
    (await grid.client.grid()).services.find((service) => service.name === name)!;
  const mark = (...names: string[]) => names.forEach((name) => writeFileSync(join(marks, name), ""));
  const unmark = (...names: string[]) => names.forEach((name) => rmSync(join(marks, name), { force: true }));
  const needing = (service: string) => `test: sleep 2\nrequire: [service:${service}]`;
  const openOutages = (service: string) =>
    grid.query<{ machine: string | null; cause: string | null; started_at: Date }>(
      "select machine, cause, started_at from outages where service = $1 and ended_at is null order by machine",
      [service],
    );

  /** Expects that no other job was released before the first one had passed. */
  async function expectCanary(jobIds: readonly string[]): Promise<void> {
    for (const jobId of jobIds) expect(await grid.finished(jobId)).toMatchObject({ verdict: "pass" });
    const [row] = await grid.query<{ early: number }>(
      `select count(*)::int as early from attempts a join leases using (lease_id)
      where a.job_id = any($1) and offered_at < (select min(ended_at) from attempts where job_id = any($1))`,
      [jobIds],
    );
    expect(row).toEqual({ early: 1 });
  }

  test("a dependency that is down on all machines is named as the cause, and its jobs are released one by one", async () => {
    mark("alpha.broken", "beta.broken");
    await serviceIs(grid, "scratch", "down");
    mark("builds");
    await serviceIs(grid, "builds", "down");
    expect(await serviceNamed("builds")).toMatchObject({ cause: "scratch" });
    expect(await openOutages("builds")).toEqual([expect.objectContaining({ cause: "scratch" })]);
    unmark("builds");
    const jobs = await Promise.all(Array.from({ length: 3 }, () => grid.submitOne(needing("scratch"))));
    for (const jobId of jobs) await grid.jobIn(jobId, "held");
    unmark("alpha.broken", "beta.broken");
    await expectCanary(jobs);
    await serviceIs(grid, "scratch", "up");
  });

  test("jobs of a service that recovers during its maintenance are released one by one as well", async () => {
    await serviceIs(grid, "builds", "up");
    const [from, until] = [0, 3_600_000].map((after) => new Date(Date.now() + after).toISOString()) as [string, string];
    const window = { scope: "service:builds", from, until, reason: "new disks", by: "ann" };
    const { pauseId } = await grid.client.planMaintenance(window);
    await serviceIs(grid, "builds", "maintenance");
    const stored = async (state: string) =>
      eventually(
        `builds to be ${state} behind its window`,
        async () => (await grid.query("select 1 from services where service = 'builds' and state = $1", [state]))[0],
      );
    mark("builds");
    await stored("down");
    const jobs = await Promise.all(Array.from({ length: 3 }, () => grid.submitOne(needing("builds"))));
    for (const jobId of jobs) await grid.jobIn(jobId, "held");
    unmark("builds");
    await stored("up");
    await grid.client.cancelPause(pauseId, { reason: "done", by: "ann" });
    await expectCanary(jobs);
  });

  test("an admin can override what the machines report, and the override causes no further outages", async () => {
    mark("alpha.broken", "beta.broken");
    await serviceIs(grid, "scratch", "down");
    const overrule = (...words: string[]) => runCommand(grid, "service", "override", "scratch", ...words);
    expect((await overrule("up", "--for", "1h", "--why", "the probe is wrong")).code).toBe(0);
    await serviceIs(grid, "scratch", "up");
    expect(await serviceNamed("scratch")).toMatchObject({ detail: expect.stringContaining("the probe is wrong") });
    expect(await grid.finished(await grid.submitOne(needing("scratch")))).toMatchObject({ verdict: "pass" });
    const endedAt = Date.now();
    expect((await overrule("off")).code).toBe(0);
    await serviceIs(grid, "scratch", "down");
    for (const { started_at } of await openOutages("scratch"))
      expect(started_at.getTime()).toBeGreaterThanOrEqual(endedAt);
    unmark("alpha.broken", "beta.broken");
    await serviceIs(grid, "scratch", "up");
  });

  test("an override against a failing probe leaves nothing behind when it ends", async () => {
    mark("builds");
    await serviceIs(grid, "builds", "down");
    const overrule = (...words: string[]) => runCommand(grid, "service", "override", "builds", ...words);
    await overrule("up", "--for", "1h", "--why", "the probe is wrong");
    await serviceIs(grid, "builds", "up");
    await eventually(
      "its probe to fail again and again",
      async () => (await grid.query("select 1 from services where service = 'builds' and failures_in_row > 8"))[0],
    );
    unmark("builds");
    await overrule("off");
    // The override ends in two steps: it is removed first, and its state is forgotten afterwards.
    const isClean =
      "select 1 from services where service = 'builds' and state = 'up' and settle_ms = 0 and override is null";
    await grid.untilFound("builds to be up without a settle time", isClean);
  });

  test("a change that was counted from an older state is not recorded late", async () => {
    const { database } = connectDatabase(grid.endpoints.database, 1);
    const record = (outageId: string, from: HealthMark) => {
      const health = { ...unknownHealth(new Date().toISOString()), state: "down" as const };
      return createServiceChanges({ database }).recordServiceChanges({
        changes: [{ service: "builds", machine: null, outageId, health, from }],
      });
    };
    try {
      await record("of a frozen worker", { state: "up", since: "2026-01-01T00:00:00.000Z" });
      expect(await openOutages("builds")).toEqual([]);
      const recorded =
        "select 1 from outages where service = 'builds' and flaps + (outage_id = 'of a live one')::int > 0";
      // A probe can change the state between reading and recording it.
      await eventually("its outage", async () => {
        const { since } = (await readServices(database)).find(({ name }) => name === "builds")!.health;
        await record("of a live one", { state: "up", since });
        return (await grid.query(recorded))[0];
      });
    } finally {
      await database.destroy();
    }
    await serviceIs(grid, "builds", "up");
  });

  test("an agent that repeats the same probe result forever is no longer believed", async () => {
    const pid = grid.pidOf("agent-alpha");
    process.kill(pid, "SIGSTOP");
    try {
      const agent = createAgentApi(
        createRequests(grid.endpoints.api, grid.token, { timeoutMs: 5_000, patienceMs: 5_000 }),
      );
      const at = new Date().toISOString();
      const health = { ...unknownHealth(at), state: "up" as const };
      await eventually("scratch to be unknown on a machine that is online", async () => {
        const facts = {};
        await agent.report("alpha", {
          agent: "by hand",
          facts,
          leases: [],
          asOf: null,
          services: [{ service: "scratch", health, at }],
        });
        const { machines } = await grid.client.grid();
        expect(machines.find(({ name }) => name === "alpha")).toMatchObject({ online: true });
        return (await serviceNamed("scratch")).onMachines?.["alpha"]?.state === "unknown" ? true : undefined;
      });
    } finally {
      process.kill(pid, "SIGCONT");
    }
    await serviceIs(grid, "scratch", "up");
  });

  test("an outage of the whole grid ends when grid.yaml makes its service one of each machine", async () => {
    mark("lent");
    await serviceIs(grid, "lent", "down");
    expect(await openOutages("lent")).toEqual([expect.objectContaining({ machine: null })]);
    writeFileSync(grid.gridFile, gridFile("machine"));
    await eventually("both machines to find it down", async () => {
      const machines = (await openOutages("lent")).map(({ machine }) => machine);
      return machines.join() === "alpha,beta" ? true : undefined;
    });
    unmark("lent");
    await serviceIs(grid, "lent", "up");
  });
});
