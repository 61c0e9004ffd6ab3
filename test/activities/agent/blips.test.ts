import { connect } from "node:net";
import { tmpdir } from "node:os";
import { setTimeout as sleep } from "node:timers/promises";
import { expect, test } from "@jest/globals";
import { AttemptWatch } from "../../../activities/agent/watch/attempt-watch.js";
import { Random } from "../../../bench/chaos/random.js";
import { TcpService } from "../../support/tcp-service.js";

interface Blip {
  /** Milliseconds from the start of the test; negative if the blip begins earlier. */
  at: number;
  lengthMs: number;
  testMs: number;
}

/** A test that connects repeatedly and fails at the first refusal. @returns the time of the failure, or undefined */
async function connectAllTheTime(port: number, forMs: number): Promise<number | undefined> {
  for (const end = Date.now() + forMs; Date.now() < end; await sleep(10)) {
    const isTaken = await new Promise<boolean>((resolve) => {
      const socket = connect(port, "127.0.0.1");
      socket.once("connect", () => resolve(true)).once("error", () => resolve(false));
      socket.once("connect", () => socket.destroy());
    });
    if (!isTaken) return Date.now();
  }
  return undefined;
}

/** @returns whether the test failed, and whether the watch recorded something bad while it ran */
async function meet({ at, lengthMs, testMs }: Blip): Promise<{ hasFailed: boolean; isDirty: boolean }> {
  const service = await new TcpService().start();
  const blip = async () => {
    await service.stop();
    await sleep(lengthMs);
    await service.start();
  };
  const early = at < 0 ? blip() : undefined;
  if (at < 0) await sleep(-at);
  const probe = { tcp: `127.0.0.1:${service.port}`, hold: true };
  const watch = new AttemptWatch({
    plan: { services: [{ name: "nfs", probe, timeoutMs: 1_000, fromMachine: true, everyMs: 1_000 }] },
    machine: "alpha",
    folder: tmpdir(),
    paceOf: () => undefined,
    memoryLimitKills: () => 0,
  });
  const startedAt = Date.now();
  const late = at >= 0 ? sleep(at).then(blip) : undefined;
  const failedAt = await connectAllTheTime(service.port, testMs);
  const record = (await watch.finish()).find(({ check }) => check === "service nfs from alpha")!;
  const isDirty = record.bad.some(
    ({ from, to }) => Date.parse(from) <= (failedAt ?? Infinity) && Date.parse(to) >= startedAt,
  );
  await (early ?? late);
  await service.stop();
  return { hasFailed: failedAt !== undefined, isDirty };
}

test("a test that fails because of a blip is dirty, however short the blip or the test is", async () => {
  const random = new Random(11);
  const blips = Array.from({ length: 60 }, (): Blip => {
    const testMs = random.between(100, 3_000);
    return { at: random.between(-800, testMs), lengthMs: random.between(50, 2_000), testMs };
  });
  const met = await Promise.all(blips.map(async (blip) => ({ ...blip, ...(await meet(blip)) })));
  expect(met.filter(({ hasFailed }) => hasFailed).length).toBeGreaterThan(20);
  expect(met.filter(({ hasFailed, isDirty }) => hasFailed && !isDirty)).toEqual([]);
}, 60_000);
