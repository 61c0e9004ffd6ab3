import { describe, expect, test } from "@jest/globals";
import fc from "fast-check";
import { rulesFor } from "../../domain/exclusion.js";
import { matchFairly } from "../../domain/fair-share.js";
import { assess, type GridView, type MachineView, preferNot } from "../../domain/matching.js";

const machine = (name: string, difference: Partial<MachineView> = {}): MachineView => ({
  name,
  host: name,
  slots: 1,
  facts: { os: "debian-12", memory: "8192MiB" },
  health: "good",
  online: true,
  draining: false,
  ...difference,
});
const grid = (difference: Partial<GridView> = {}): GridView => ({
  now: "2026-06-01T00:00:00.000Z",
  services: [{ name: "nfs", state: "up", since: "2026-01-01T00:00:00Z", detail: "" }],
  machines: [machine("alpha"), machine("beta", { facts: { os: "fedora-41", memory: "2048MiB" } })],
  exclusions: [],
  selections: [],
  ...difference,
});
const needing = (...requirements: string[]) => ({ requirements, rules: [] });
const names = (places: { name: string }[]) => places.map(({ name }) => name);

describe("where a job can run", () => {
  test("anywhere fit, if it needs nothing", () => {
    const { eligible, reasons } = assess(needing(), grid());
    expect([names(eligible), reasons]).toEqual([["alpha", "beta"], []]);
  });

  test("only where the machine's facts match; sizes compare as sizes", () => {
    expect(names(assess(needing("machine:memory>=4GiB"), grid()).eligible)).toEqual(["alpha"]);
    expect(names(assess(needing("machine:os=fedora-41"), grid()).eligible)).toEqual(["beta"]);
  });

  test.each(["down", "maintenance"] as const)("not while a service that it needs is %s", (state) => {
    const services = [{ name: "nfs", state, since: "2026-01-01T00:00:00Z", detail: "refused" }];
    expect(assess(needing("service:nfs"), grid({ services })).reasons).toEqual([
      { reason: "infra/service-down", service: "nfs", text: expect.stringContaining("refused") },
    ]);
    expect(assess(needing(), grid({ services })).reasons).toEqual([]);
  });

  test("an unknown service starts no job, a degraded one does", () => {
    const as = (state: "unknown" | "degraded") =>
      assess(needing("service:nfs"), grid({ services: [{ name: "nfs", state, since: "", detail: "" }] })).reasons;
    expect(as("unknown")).toEqual([expect.objectContaining({ reason: "infra/service-unknown" })]);
    expect(as("degraded")).toEqual([]);
  });

  test("no machine that could ever match is unsatisfiable; none that is fit now is a hold", () => {
    expect(assess(needing("machine:memory>=1TiB"), grid()).reasons).toEqual([
      expect.objectContaining({ reason: "user/unsatisfiable" }),
    ]);
    const machines = [machine("alpha", { online: false }), machine("beta", { health: "bad" })];
    expect(assess(needing(), grid({ machines })).reasons).toEqual([
      expect.objectContaining({
        reason: "infra/no-machine",
        text: expect.stringContaining("alpha is offline, beta is bad"),
      }),
    ]);
  });

  test("excluded everywhere is held, not unsatisfiable, until the rule ends", () => {
    const rules = rulesFor(
      "checkout",
      { browser: "firefox" },
      [{ tests: "check*", variants: "browser=firefox", reason: "no GPU", until: "2026-07-01T00:00:00.000Z" }],
      [],
    );
    expect(assess({ requirements: [], rules }, grid()).reasons).toEqual([
      expect.objectContaining({ reason: "admin/excluded", text: expect.stringContaining("no GPU") }),
    ]);
    expect(assess({ requirements: [], rules }, grid({ now: "2026-07-02T00:00:00.000Z" })).reasons).toEqual([]);
    expect(rulesFor("checkout", { browser: "chromium" }, [{ variants: "browser=firefox", reason: "" }], [])).toEqual(
      [],
    );
  });

  test("exclusions by facts and selections keep tests off machines", () => {
    const byFact = rulesFor("a", {}, [{ facts: { os: "fedora-*" }, reason: "broken kernel" }], []);
    expect(names(assess({ requirements: [], rules: byFact }, grid()).eligible)).toEqual(["alpha"]);
    const reserved = rulesFor("a", {}, [], [{ machines: "beta", tests: "perf-*", reason: "kept quiet" }]);
    expect(assess({ requirements: [], rules: reserved }, grid()).turnedDown).toEqual({
      beta: "reserved for perf-*: kept quiet",
    });
  });
});

describe("avoiding", () => {
  const places = [
    { name: "a1", host: "a" },
    { name: "a2", host: "a" },
    { name: "b1", host: "b" },
  ];
  test("takes hosts and machines, the first named the longest", () => {
    expect(names(preferNot(places, ["a"]))).toEqual(["b1"]);
    expect(names(preferNot(places, ["a", "b1"]))).toEqual(["b1"]);
    expect(names(preferNot(places, ["a", "b"]))).toEqual(["b1"]);
  });
  test("never leaves nothing", () => {
    fc.assert(fc.property(fc.subarray(["a", "b", "a1", "a2", "b1"]), (avoid) => preferNot(places, avoid).length > 0));
  });
});

describe("giving out machines", () => {
  const candidate = (jobId: string, submitter: string, sequence: number, priority = 0) => ({
    jobId,
    submitter,
    priority,
    sequence,
    eligible: [{ name: "alpha", host: "alpha" }],
    avoid: [],
  });
  test("goes by priority, then by fair share, then by age", () => {
    const line = [
      candidate("a1", "ann", 1),
      candidate("a2", "ann", 2),
      candidate("b1", "bob", 3),
      candidate("c", "cat", 4, 10),
    ];
    expect(matchFairly(line, { alpha: 4 }, {}).map(({ jobId }) => jobId)).toEqual(["c", "a1", "b1", "a2"]);
    expect(matchFairly(line, { alpha: 2 }, { ann: 5 }).map(({ jobId }) => jobId)).toEqual(["c", "b1"]);
  });
  test("gives no slot twice and nothing that is not free", () => {
    fc.assert(
      fc.property(fc.nat(5), fc.nat(10), (slots, count) => {
        const line = Array.from({ length: count }, (_, index) => candidate(`j${index}`, "ann", index));
        const matches = matchFairly(line, { alpha: slots }, {});
        return (
          matches.length === Math.min(slots, count) &&
          new Set(matches.map(({ jobId }) => jobId)).size === matches.length
        );
      }),
    );
  });
});
