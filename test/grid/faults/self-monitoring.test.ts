import { randomUUID } from "node:crypto";
import { createServer, type Server } from "node:net";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "@jest/globals";
import { recordChange } from "../../../activities/control/health/service-changes.js";
import { turnWindows } from "../../../activities/control/health/maintenance-windows.js";
import { SelfMonitoring } from "../../../activities/control/health/self-monitoring.js";
import { askRelay, type SelfProbe } from "../../../activities/control/health/self-probes.js";
import { readGridConfig } from "../../../db/grid/grid-config.js";
import { noteAbsences, noteReturn } from "../../../db/machines/machine-return.js";
import { askDatabase } from "../../../db/connect.js";
import { unknownHealth } from "../../../domain/health/health.js";
import { TestDatabase } from "../../support/database.js";
import { eventually } from "../../support/eventually.js";

describe("the grid's own parts", () => {
  const postgres = new TestDatabase();
  beforeAll(() => postgres.start());
  afterAll(() => postgres.stop());
  beforeEach(() => postgres.reset({ admins: ["admin@example.org"] }));

  const answering = { isUp: true };
  const part = (server: { isUp: boolean }): SelfProbe => ({
    label: "part:1",
    shown: { tcp: "part:1" },
    timeoutMs: 1_000,
    ask: async () => (server.isUp ? "answers" : Promise.reject(new Error("ECONNREFUSED"))),
  });
  const watcher = (temporal: { isUp: boolean }, database: SelfProbe = part(answering)) =>
    new SelfMonitoring({ database: postgres.database, newId: randomUUID }, { temporal: part(temporal), database });
  const passes = async (watch: SelfMonitoring, count: number) => {
    for (let pass = 0; pass < count; pass++) await watch.run();
  };
  const outages = (service: string) =>
    postgres.query<{
      kind: string;
      startedAt: Date;
      endedAt: Date | null;
      toldOpenAt: Date | null;
      toldClosedAt: Date | null;
    }>("select * from outages where service = $1 order by started_at", [service]);

  test("have one outage, however many control workers watch them", async () => {
    const temporal = { isUp: true };
    const [near, late, far] = [watcher(temporal), watcher(temporal), watcher({ isUp: false })];
    await passes(near, 2);
    await passes(late, 2);
    temporal.isUp = false;
    await passes(near, 2);
    for (let round = 0; round < 5; round++) for (const each of [near, late, far]) await each.run();
    expect(await outages("grid/temporal")).toEqual([expect.objectContaining({ endedAt: null })]);
    temporal.isUp = true;
    for (let round = 0; round < 5; round++) for (const each of [near, late, far]) await each.run();
    expect(await outages("grid/temporal")).toEqual([expect.objectContaining({ endedAt: expect.any(Date) })]);
  });

  test("are watched by another worker when the first one is gone, without a second outage", async () => {
    const temporal = { isUp: false };
    const gone = watcher(temporal);
    await passes(gone, 3);
    await postgres.query("update grid set parts_watched_until = now() - interval '1 second'");
    const next = watcher(temporal);
    await passes(next, 4);
    expect(await outages("grid/temporal")).toEqual([expect.objectContaining({ endedAt: null })]);
    temporal.isUp = true;
    await passes(next, 1);
    expect(await outages("grid/temporal")).toEqual([expect.objectContaining({ endedAt: expect.any(Date) })]);
  });

  test("the database's own outage is reported once, and machines that could not report meanwhile do not count as away", async () => {
    const server = { isUp: true };
    const watchers = [watcher(answering, part(server)), watcher(answering, part(server))];
    await postgres.query(
      "insert into machines (machine, host, slots, facts, agent, seen_at) values ('alpha', 'a', 1, '{}', 'one', now())",
    );
    for (const each of watchers) await passes(each, 2);
    const since = new Date().toISOString();
    server.isUp = false;
    await postgres.kill("SIGKILL");
    for (const each of watchers) for (let pass = 0; pass < 4; pass++) await expect(each.run()).rejects.toThrow();
    await postgres.start();
    server.isUp = true;
    await postgres.query("update machines set seen_at = now() - interval '1 hour'");
    await eventually("a machine's report", () =>
      noteReturn(postgres.database, "alpha", since, "alpha-1").then(() => true),
    );
    for (const each of watchers) await eventually("the watch to go on", () => each.run().then(() => true));
    await noteReturn(postgres.database, "alpha", since, "alpha-2");
    expect(await outages("grid/database")).toEqual([
      expect.objectContaining({ endedAt: expect.any(Date), toldOpenAt: expect.any(Date), toldClosedAt: null }),
    ]);
    expect(await outages("machine/alpha")).toEqual([]);
  });

  test("must answer: an accepted connection is not enough", async () => {
    let greeting = "220 relay.example.org ESMTP\r\n";
    const server: Server = createServer((socket) => {
      socket.on("error", () => undefined).on("data", () => socket.destroy());
      socket.write(greeting);
    });
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    const address = `127.0.0.1:${(server.address() as { port: number }).port}`;
    await expect(askRelay(address, false)).resolves.toBe("greets");
    greeting = "554 no service\r\n";
    await expect(askRelay(address, false)).rejects.toThrow("it says 554 no service");
    await expect(askDatabase(`postgres://nobody@${address}/none`, 1_000)).rejects.toThrow();
    await expect(askDatabase(postgres.url, 5_000)).resolves.toBe("answers queries");
    await new Promise((resolve) => server.close(resolve));
  });

  describe("the end of maintenance", () => {
    const window = (scope: string, name: string, from: number, until: number) =>
      postgres.query(
        `insert into pauses (pause_id, kind, scope, name, reason, author, starts_at, until, stops_running)
         values ($1, 'maintenance', $1, $2, 'new disks', 'ann', now() + make_interval(secs => $3), now() + make_interval(secs => $4), false)`,
        [scope, name, from, until],
      );
    const turn = () => postgres.database.transaction().execute(turnWindows);

    test("a machine that does not return is reported then", async () => {
      await postgres.query(
        "insert into machines (machine, host, slots, facts, agent, seen_at) values ('alpha', 'a', 1, '{}', 'one', now() - interval '1 hour')",
      );
      await window("machine", "alpha", -3_000, 3_000);
      await turn();
      await noteAbsences(postgres.database);
      expect(await outages("machine/alpha")).toEqual([expect.objectContaining({ kind: "maintenance", endedAt: null })]);
      await postgres.query("update pauses set until = now() - interval '1 minute'");
      await turn();
      await noteAbsences(postgres.database);
      const [planned, own] = await outages("machine/alpha");
      expect(planned).toMatchObject({ kind: "maintenance", endedAt: expect.any(Date) });
      expect(own).toMatchObject({ kind: "unplanned", startedAt: planned!.endedAt, endedAt: null });
    });

    test("a window that began and ended between two passes is reported as planned", async () => {
      await postgres.reset({ services: { nfs: { probe: { tcp: "127.0.0.1:1" } } } });
      await window("service", "nfs", -3_000, -1_000);
      await turn();
      const [planned, ...more] = await outages("nfs");
      expect(planned!.endedAt!.getTime() - planned!.startedAt.getTime()).toBe(2_000_000);
      expect(more).toEqual([]);
    });

    /** The change was stored just before the window ended, so it was treated as planned. */
    const takenForPlanned = () =>
      postgres.query("update services set state = 'down', since = now() - interval '2 minutes' where service = 'nfs'");
    const counted = async () => {
      const since = new Date(Date.now() - 120_000).toISOString();
      const health = { ...unknownHealth(since), state: "down" as const, detail: "refused" };
      const change = { service: "nfs", outageId: randomUUID(), health };
      await recordChange(postgres.database, await readGridConfig(postgres.database), change);
    };

    describe.each([["service", "nfs"] as const, ["grid", ""] as const])("of a %s", (scope, name) => {
      test.each([
        ["its end is noted, then the change is found", [turn, takenForPlanned]],
        ["the change is found before its end is noted", [takenForPlanned]],
        ["its end is noted, then the change is counted", [turn, counted]],
        ["the change is counted before its end is noted", [counted]],
      ])("a service that went down as the window ended has an outage since that end: %s", async (_, steps) => {
        await postgres.reset({ services: { nfs: { probe: { tcp: "127.0.0.1:1" } } } });
        await window(scope, name, -3_000, 3_000);
        await turn();
        const [row] = await postgres.query<{ until: Date }>(
          "update pauses set until = now() - interval '1 minute' returning until",
        );
        for (const step of steps) await step();
        await passes(watcher(answering), 2);
        await turn();
        const rows = (await outages("nfs")).filter((each) => each.kind === "unplanned");
        expect(rows).toEqual([expect.objectContaining({ startedAt: row!.until, endedAt: null })]);
      });
    });
  });
});
