import { readFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { setTimeout as sleep } from "node:timers/promises";
import { AttemptWatch } from "../../../activities/agent/watch/attempt-watch.js";
import { HealthTimeline } from "../../../activities/agent/watch/health-timeline.js";
import { ProbeSeries } from "../../../activities/agent/watch/probe-series.js";
import { MachineWatch } from "../../../activities/agent/watch/machine.js";
import { watchStalls } from "../../../probes/stall.js";
import { ServerProcess } from "../../support/server-process.js";

const nfs = "service nfs from alpha";

describe("the watch around a test", () => {
  const server = new ServerProcess();
  beforeAll(() => server.start());
  afterAll(() => server.kill());

  /** Tests that run at the same time exceed their memory limits. That is no problem of the machine. */
  const allKills = () => Number(/^oom_kill (\d+)$/m.exec(readFileSync("/proc/vmstat", "utf8"))?.[1] ?? 0);
  function begin(difference: { hold?: boolean; fromMachine?: boolean; everyMs?: number } = {}): AttemptWatch {
    const { hold = true, fromMachine = true, everyMs = 1_000 } = difference;
    const probe = { tcp: `localhost:${server.port}`, hold };
    return new AttemptWatch({
      plan: { services: [{ name: "nfs", probe, timeoutMs: 1_000, fromMachine, everyMs }] },
      machine: "alpha",
      folder: tmpdir(),
      paceOf: () => undefined,
      memoryLimitKills: allKills,
    });
  }

  test("checks service, name, disk, memory, clock, load and agent, and finds them healthy", async () => {
    const watch = begin();
    await sleep(1_500);
    const seen = await watch.finish();
    expect(seen.map(({ check }) => check)).toEqual(
      expect.arrayContaining(["agent", "clock", "memory", "load", nfs, "disk", "name localhost"]),
    );
    expect(seen.filter(({ bad }) => bad.length > 0)).toEqual([]);
    for (const { check, looks } of seen) expect({ check, looks: looks >= 3 }).toEqual({ check, looks: true });
  });

  test("notices a service that restarts between two checks", async () => {
    const watch = begin({ everyMs: 60_000 });
    await sleep(2_000);
    await server.kill();
    await server.start();
    const record = (await watch.finish()).find(({ check }) => check === nfs);
    expect(record?.bad).toEqual([expect.objectContaining({ detail: expect.stringMatching(/ended after/) })]);
    expect(Date.parse(record!.bad[0]!.from)).toBeGreaterThan(Date.parse(record!.from));
  });

  test("notices by its last check a service that is down only at the end", async () => {
    const watch = begin({ everyMs: 60_000, hold: false });
    await sleep(2_000);
    await server.kill();
    const record = (await watch.finish()).find(({ check }) => check === nfs);
    await server.start();
    expect(record).toMatchObject({
      looks: 2,
      bad: [{ detail: expect.stringContaining("ECONNREFUSED"), to: record?.to }],
    });
  });

  test("does not check a service that only the control side watches", async () => {
    const watch = begin({ fromMachine: false });
    expect((await watch.finish()).map(({ check }) => check)).not.toContain(nfs);
  });
});

test("a series waits for a check that hangs, and starts no second one meanwhile", async () => {
  let calls = 0;
  const look = () => new Promise<never>(() => calls++);
  const looks = new ProbeSeries({ check: "disk", look, everyMs: () => 10, limitMs: 50 });
  await sleep(300);
  const { bad } = await looks.finish();
  expect({ calls, bad }).toEqual({ calls: 1, bad: [expect.objectContaining({ detail: "no answer within 50 ms" })] });
});

test("a check that is late because its own process was blocked says nothing about the service", async () => {
  watchStalls();
  await sleep(200);
  const look = async () => {
    for (const end = Date.now() + 1_500; Date.now() < end;);
    return { at: new Date().toISOString(), ok: false, detail: "ETIMEDOUT" };
  };
  const looks = new ProbeSeries({ check: "service nfs", look, everyMs: () => 60_000, limitMs: 1_000 });
  looks.stop();
  const { bad, missed } = await looks.finish();
  expect(bad).toEqual([]);
  expect(missed?.[0]?.detail).toContain("the watch itself was late");
}, 20_000);

test("an OOM kill inside the test's own control group is no problem of the machine", async () => {
  let inside = 0;
  const machine = new MachineWatch(() => inside);
  // Nothing is killed here. A count inside the group that falls by two looks like two kills outside it.
  inside = -2;
  const memory = machine.finish().find(({ check }) => check === "memory");
  expect(memory?.bad).toEqual([expect.objectContaining({ detail: expect.stringMatching(/^2 processes OOM-killed/) })]);
  const calm = new MachineWatch(() => inside);
  inside = 5;
  expect(calm.finish().find(({ check }) => check === "memory")?.bad).toEqual([]);
});

describe("a health timeline", () => {
  test("keeps bad times from the last good check to the next one, at most twenty", () => {
    const ledger = new HealthTimeline("disk", 0);
    for (let second = 0; second < 200; second += 2) {
      ledger.good(second * 1_000, second * 1_000 + 10);
      ledger.bad(second * 1_000 + 1_000, "full");
    }
    const { looks, apartMs, bad } = ledger.close(200_000);
    expect({ looks, apartMs, count: bad.length }).toEqual({ looks: 200, apartMs: 1_000, count: 20 });
    expect(bad[1]).toMatchObject({ from: "1970-01-01T00:00:02.000Z", to: "1970-01-01T00:00:04.010Z" });
    expect(bad.at(-1)).toMatchObject({ to: "1970-01-01T00:03:20.000Z" });
  });
});
