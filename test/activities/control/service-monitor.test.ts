import { describe, expect, test } from "@jest/globals";
import { ServiceMonitor } from "../../../activities/control/health/service-monitor.js";
import type { WatchedService } from "../../../db/services/services.js";
import { countingPolicy, flappingPolicy } from "../../../domain/config/counting.js";
import { gridFile } from "../../../domain/config/grid-file.js";
import { countProbe, type Override, unknownHealth } from "../../../domain/health/health.js";

const config = gridFile.parse({ services: { nfs: { probe: { tcp: "nfs:2049" } } } });
const policy = countingPolicy(config.services["nfs"]!, flappingPolicy(config));
const second = (count: number) => new Date(count * 1_000).toISOString();
const failed = (at: number) => ({ ok: false, at: second(at), detail: "refused" });
const good = (at: number) => ({ ok: true, at: second(at), detail: "accepted" });

const stored: WatchedService = {
  name: "nfs",
  config: config.services["nfs"]!,
  health: { ...unknownHealth(second(0)), state: "up" },
  override: null,
  probeJob: null,
  lastProbeAt: second(0),
  probeWantedAt: null,
  lastGoodAt: second(0),
  failedProbes: [],
};
const override: Override = { state: "up", reason: "wrong probe", author: "ann", since: second(0), until: second(200) };

describe("a service whose failing probe an admin overrules", () => {
  const overruled = new ServiceMonitor({ ...stored, override });
  const records = Array.from({ length: 15 }, (_none, index) => overruled.count(failed(10 + 10 * index), policy));

  test("does not go down, however often its probe fails", () => {
    for (const { record, isChanged } of records) {
      expect(isChanged).toBe(false);
      expect(record).toMatchObject({ hasFlapped: false, health: { state: "up", downs: [], settleMs: 0 } });
    }
  });
  test("is up at its first good probe after the override", () => {
    expect(overruled.overrule(second(200))).toBe("over");
    expect(overruled.count(good(201), policy).record.health).toMatchObject({ state: "up", since: second(201) });
  });
});

test("a test that watches a service runs again, even if another watch took its result", () => {
  const tape = { ...stored, config: { ...stored.config, probe: { test: "reads-tape", source: "." }, every: 0 } };
  const watched = new ServiceMonitor(tape);
  expect(watched.isDue()).toBe(true);
  watched.refresh({ ...tape, probeJob: "job" });
  expect(watched.isDue()).toBe(false);
  watched.refresh(tape);
  expect(watched.isDue()).toBe(true);
});

test("a service of unknown health is up at its first good probe, without settling", () => {
  const flapped = { ...unknownHealth(second(0)), settleMs: 300_000 };
  expect(countProbe(flapped, good(1), policy)).toMatchObject({ state: "up", since: second(1) });
});
