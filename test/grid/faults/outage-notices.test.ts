import { randomUUID } from "node:crypto";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "@jest/globals";
import { createNotices } from "../../../activities/control/notify/notices.js";
import { readDowntime, readDowntimeFacts } from "../../../db/reports/downtime.js";
import { applyGridConfig } from "../../../db/grid/grid-config.js";
import { gridFile } from "../../../domain/config/grid-file.js";
import { readHeldBy } from "../../../db/mail/notices.js";
import { closeOutage, openOutage } from "../../../db/services/outage-record.js";
import { TestDatabase } from "../../support/database.js";
import { eventually } from "../../support/eventually.js";

describe("notices about outages", () => {
  const postgres = new TestDatabase();
  beforeAll(() => postgres.start());
  afterAll(() => postgres.stop());
  const probe = { tcp: "127.0.0.1:1" };
  beforeEach(() =>
    postgres.reset({
      services: { network: { probe }, nfs: { probe, dependsOn: ["network"] } },
      admins: ["admin@example.org"],
      mail: { gather: "200ms", calm: "200ms" },
    }),
  );
  const subjects = async () =>
    (await postgres.query<{ subject: string }>("select subject from outbox order by created_at")).map(({ subject }) =>
      subject.replace(/, (since|after|for) .*/, ""),
    );
  const tell = () => createNotices({ database: postgres.database, publicUrl: "http://grid" }).run();
  const told = (count: number) =>
    eventually(`${count} mails`, async () => {
      await tell();
      const all = await subjects();
      return all.length >= count ? all : undefined;
    });
  const kind = "unplanned";
  const setTo = (service: string, state: "up" | "down", probedAt: string) =>
    postgres.query("update services set state = $2, last_probe_at = $3 where service = $1", [service, state, probedAt]);
  async function goDown(service: string, cause: string | null): Promise<string> {
    const startedAt = new Date().toISOString();
    await setTo(service, "down", startedAt);
    const outage = { outageId: randomUUID(), service, machine: null, kind, severity: "down", startedAt } as const;
    await openOutage(postgres.database, { ...outage, detail: "ECONNREFUSED", cause });
    return startedAt;
  }
  async function comeBack(service: string): Promise<void> {
    const now = new Date().toISOString();
    await setTo(service, "up", now);
    await closeOutage(postgres.database, { service, machine: null, kind }, now);
  }

  test("a file server behind a broken network causes no second alarm, and both recoveries share a mail", async () => {
    await goDown("network", null);
    expect(await told(1)).toEqual(["DOWN service network"]);
    await goDown("nfs", "network");
    await postgres.query("update outages set recorded_at = now() - interval '1 minute'");
    await tell();
    expect(await subjects()).toEqual(["DOWN service network"]);
    await comeBack("network");
    await comeBack("nfs");
    expect(await told(2)).toEqual(["DOWN service network", "UP services network, nfs"]);
    await tell();
    expect(await subjects()).toHaveLength(2);
  });

  test("the file server's alarm waits until the network was probed, and then names it", async () => {
    const since = await goDown("nfs", null);
    await setTo("network", "up", new Date(Date.parse(since) - 60_000).toISOString());
    // The alarm could wait for the network still longer.
    await postgres.query("update outages set recorded_at = now()");
    await tell();
    expect(await subjects()).toEqual([]);
    await goDown("network", null);
    expect(await told(1)).toEqual(["DOWN services network, nfs"]);
    const [mail] = await postgres.query<{ body: string }>("select body from outbox");
    expect(mail!.body).toContain("service network is down");
  });

  test("an outage that lasts longer than its cause is reported then, as a separate problem", async () => {
    await goDown("network", null);
    await told(1);
    await goDown("nfs", "network");
    await comeBack("network");
    expect(await told(3)).toEqual(["DOWN service network", "UP service network", "DOWN service nfs"]);
  });

  test("the cost in the mail is that of the report: each job's time counts once, and holds by admins do not count", async () => {
    const since = new Date(Date.now() - 3_600_000).toISOString();
    const outage = { outageId: "nfs", service: "nfs", machine: null, kind, severity: "down", cause: null } as const;
    await openOutage(postgres.database, { ...outage, startedAt: since, detail: "ECONNREFUSED" });
    await postgres.addHeldJob("one", [
      { since: -1_800 },
      { since: -2_400, until: -1_200, reason: "infra/service-unknown" },
      { since: -3_000, reason: "admin/paused" },
    ]);
    await postgres.addHeldJob("two", [{ since: -1_800, reason: "admin/paused" }]);
    const { held, heldMs } = await readHeldBy(postgres.database, "nfs");
    expect(held).toEqual([{ owner: "dev@example.org", jobs: 1 }]);
    const report = await readDowntime(postgres.database, since, new Date().toISOString());
    expect(report.cost.services).toEqual([
      expect.objectContaining({ service: "nfs", jobsHeld: 1, jobHeldMs: expect.closeTo(2_400_000, -4) }),
    ]);
    expect(heldMs).toBeCloseTo(2_400_000, -4);
    expect(report.ranking.find(({ name }) => name === "nfs")).toMatchObject({ jobsHeld: 1 });
    expect(report.cost.reasons).toEqual([expect.objectContaining({ reason: "admin/paused", jobsHeld: 2 })]);
  });

  test.each<[string, Parameters<TestDatabase["addHeldJob"]>[1], number]>([
    [
      "services that alternate",
      [
        { since: -4_000, until: -2_000 },
        { since: -1_800, service: "network" },
      ],
      1,
    ],
    [
      "back-offs, whose end is known",
      [
        { since: -4_000, until: -100 },
        { since: -90, until: 900 },
      ],
      1,
    ],
    ["too short a time", [{ since: -4_000, until: -3_000 }, { since: -1_800 }], 0],
  ])("an owner who asked for it is notified about long holds of a job: %s", async (_title, holds, mails) => {
    await postgres.addHeldJob("one", holds);
    await postgres.query("update submissions set notice_after_ms = 3600000");
    await tell();
    await tell();
    expect(await subjects()).toEqual(Array.from({ length: mails }, () => "HELD 1 job of tests @ one"));
  });

  test("an owner who asked for it is notified about a source that cannot be fetched", async () => {
    await postgres.addHeldJob("one", []);
    await postgres.query("delete from jobs");
    await postgres.query(
      "update submissions set notice_after_ms = 3600000, state = 'held', reason = 'git.example.org: ETIMEDOUT'",
    );
    await tell();
    const mails = await postgres.query<{ subject: string; body: string }>("select subject, body from outbox");
    expect(mails).toEqual([expect.objectContaining({ subject: "HELD submission of tests @ one" })]);
    expect(mails[0]!.body).toContain("ETIMEDOUT");
  });

  test("a machine's past stays in the report when it is retired, and a service is counted since it was added", async () => {
    const { database } = postgres;
    const config = (...names: string[]) =>
      gridFile.parse({ machines: Object.fromEntries(names.map((name) => [name, {}])), services: { nfs: { probe } } });
    for (const name of ["alpha", "beta"])
      await postgres.query(
        "insert into machines (machine, host, slots, facts, seen_at, joined_at) values ($1, 'a', 1, '{}', now(), now() - interval '30 minutes')",
        [name],
      );
    await applyGridConfig(database, config("alpha"));
    const [from, to] = [new Date(Date.now() - 3_600_000).toISOString(), new Date().toISOString()];
    await postgres.addHeldJob("one", [{ since: -3_600 }]);
    const { cost } = await readDowntime(database, from, to);
    expect(cost.machineIdleMs).toBeCloseTo(2 * 1_800_000, -5);
    const { services } = await readDowntimeFacts(database, from, to);
    expect(services.find(({ service }) => service === "nfs")).toEqual({ service: "nfs", since: expect.any(String) });
    await applyGridConfig(database, config("alpha", "beta"));
    const { machines } = await readDowntimeFacts(database, from, to);
    expect(machines.map(({ machine, until }) => [machine, until])).toEqual([
      ["alpha", null],
      ["beta", null],
    ]);
  });
});
