import { randomUUID } from "node:crypto";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "@jest/globals";
import { createNotices } from "../../activities/notices.js";
import { closeOutage, openOutage } from "../../db/outage-record.js";
import { TestDatabase } from "../support/database.js";
import { eventually } from "../support/grid.js";

describe("what admins are told of outages", () => {
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
  const tell = () => createNotices({ database: postgres.database, publicUrl: "http://grid" }).tellDue();
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

  test("a file server behind a network that is down is no second alarm, and both ends are one mail", async () => {
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

  test("the file server's alarm waits until the network was looked at, and names it then", async () => {
    const since = await goDown("nfs", null);
    await setTo("network", "up", new Date(Date.parse(since) - 60_000).toISOString());
    await postgres.query("update outages set recorded_at = now() - interval '1 second'");
    await tell();
    expect(await subjects()).toEqual([]);
    await goDown("network", null);
    expect(await told(1)).toEqual(["DOWN services network, nfs"]);
    const [mail] = await postgres.query<{ body: string }>("select body from outbox");
    expect(mail!.body).toContain("service network is down");
  });

  test("what lasts longer than its cause is told then, as its own trouble", async () => {
    await goDown("network", null);
    await told(1);
    await goDown("nfs", "network");
    await comeBack("network");
    expect(await told(3)).toEqual(["DOWN service network", "UP service network", "DOWN service nfs"]);
  });
});
