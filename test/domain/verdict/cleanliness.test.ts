import { describe, expect, test } from "@jest/globals";
import fc from "fast-check";
import { machineChecks } from "../../../domain/verdict/checks.js";
import { judgeWindow, type WindowFacts } from "../../../domain/verdict/environment/cleanliness.js";
import { at, facts, knowing, record, service, down, watching } from "../../support/window-facts.js";

const nfs = "service nfs from alpha";
const without = (check: string) => facts({ watch: facts().watch!.filter((each) => each.check !== check) });

describe("an attempt is clean", () => {
  const clean: [string, WindowFacts][] = [
    ["when everything was healthy", facts()],
    ["when a service broke after the first failing subtest", watching(record(nfs, [131, 140]))],
    ["when an outage began after the first failing subtest", knowing("nfs", { outages: [down(131, 135, null)] })],
    [
      "when the last probe failed, but the one before was good and came after the first failing subtest",
      knowing("nfs", { lastGoodAt: at(158), probed: { ok: false, at: at(162), detail: "refused" } }),
    ],
    ["when an outage was over before the attempt began", knowing("nfs", { outages: [down(10, 20, 99)] })],
    [
      "when a service with the severity `degraded` was degraded",
      facts({
        watch: facts().watch!.map((each) => (each.check === nfs ? record(nfs, [110, 120]) : each)),
        services: [service("nfs", { severity: "degraded", state: "degraded" })],
      }),
    ],
    [
      "when an admin has overruled the probe of a service",
      knowing("nfs", { excuse: "set to up by ann", state: "down" }),
    ],
    ["when the load was high", facts({ watch: [...facts().watch!, { ...record("load"), detail: "at most 80 on 2" }] })],
    [
      "when only the agent watches a machine's own service",
      knowing("nfs", { from: "machine", state: "unknown", isStale: true, probed: null }),
    ],
    [
      "when the machine's clock is far off by a known difference",
      facts({ ...shifted(3_600), clock: { offsetMs: -3_600_000, errorMs: 5 } }),
    ],
  ];
  test.each(clean)("%s", (_name, given) => {
    expect(judgeWindow(given).evidence.filter(({ result }) => result === "bad" || result === "unknown")).toEqual([]);
    expect(judgeWindow(given).isClean).toBe(true);
  });
});

/** An attempt on a machine whose clock is this many seconds ahead of the grid's. */
function shifted(seconds: number): Partial<WindowFacts> {
  const later = (time: string) => new Date(Date.parse(time) + seconds * 1_000).toISOString();
  const { watch, from, to, endedAt } = facts();
  const outages = [down(3_700, 3_710, 3_720)];
  return {
    from: later(from),
    to: later(to),
    endedAt: later(endedAt),
    watch: watch!.map((each) => ({ ...each, from: later(each.from), to: later(each.to) })),
    services: [service("nfs", { outages })],
  };
}

describe("an attempt is dirty", () => {
  const dirty: [string, WindowFacts, check: string, disturbed: string[]][] = [
    [
      "when the machine could not reach a service for a second",
      watching(record(nfs, [110, 111])),
      nfs,
      ["service:nfs"],
    ],
    ["when a service was down from the first check on", watching(record(nfs, [100, 111])), nfs, []],
    [
      "when the last good check was before the window's end, and the next one failed",
      watching(record(nfs, [129.5, 161])),
      nfs,
      ["service:nfs"],
    ],
    [
      "when a name could not be resolved",
      watching(record("name nfs.lab", [110, 112])),
      "name nfs.lab",
      ["machine:alpha"],
    ],
    ["when the disk was full", watching(record("disk", [110, 112])), "disk", ["machine:alpha"]],
    [
      "when the kernel killed a process because memory ran out",
      watching(record("memory", [110, 111])),
      "memory",
      ["machine:alpha"],
    ],
    ["when the clock jumped", watching(record("clock", [110, 111])), "clock", ["machine:alpha"]],
    [
      "when the clock was set back during the attempt",
      facts({ from: at(150), to: at(101), watch: watching(record("clock", [101, 155])).watch }),
      "clock",
      ["machine:alpha"],
    ],
    [
      "when a requirement was missing after the attempt",
      watching(record("requirement", [100, 131])),
      "requirement",
      [],
    ],
    ["when the agent stood still", watching(record("agent", [104, 111])), "agent", ["machine:alpha"]],
    ...machineChecks.map((check): [string, WindowFacts, string, string[]] => [
      `when nobody watched: ${check}`,
      without(check),
      check,
      [],
    ]),
    ["when nobody watched a service", without(nfs), nfs, []],
    ["when the watch began late", watching({ ...record(nfs), from: at(106) }), nfs, []],
    ["when the watch ended early", watching({ ...record(nfs), to: at(124) }), nfs, []],
    ["when a service was never checked", watching({ ...record(nfs), looks: 0 }), nfs, []],
    [
      "when the monitor recorded an outage in the window",
      knowing("nfs", { outages: [down(105, 110, 120)] }),
      "service nfs",
      ["service:nfs"],
    ],
    [
      "when an outage reaches back into the window, to the last good probe",
      knowing("nfs", { outages: [down(129, 140, null)] }),
      "service nfs",
      ["service:nfs"],
    ],
    [
      "when no good probe came between an earlier outage and the window",
      knowing("nfs", { outages: [down(80, 90, 101)] }),
      "service nfs",
      [],
    ],
    [
      "when an outage ended so shortly before the window that the clocks cannot tell",
      facts({ clock: { offsetMs: 0, errorMs: 1_500 }, services: [service("nfs", { outages: [down(80, 90, 99)] })] }),
      "service nfs",
      [],
    ],
    [
      "when an outage was in the window by the grid's clock",
      facts({ clock: { offsetMs: -50_000, errorMs: 5 }, services: [service("nfs", { outages: [down(55, 60, 70)] })] }),
      "service nfs",
      ["service:nfs"],
    ],
    ["when a service is unknown", knowing("nfs", { state: "unknown" }), "service nfs", []],
    ["when a service's last probe is stale", knowing("nfs", { isStale: true }), "service nfs", []],
    [
      "when a service is down",
      knowing("nfs", { state: "down", since: at(125), lastGoodAt: at(120), probed: null }),
      "service nfs",
      ["service:nfs"],
    ],
    [
      "when the probe right after it failed",
      knowing("nfs", { lastGoodAt: at(125), probed: { ok: false, at: at(161), detail: "refused" } }),
      "service nfs",
      ["service:nfs"],
    ],
    [
      "when a probe that only the control side can make failed once",
      knowing("licence", { failedProbes: [down(110, 115, 116)] }),
      "service licence",
      ["service:licence"],
    ],
    [
      "when nobody watched a service that only the control side can see",
      knowing("licence", { gaps: [down(105, 105, 125)] }),
      "service licence",
      [],
    ],
  ];
  test.each(dirty)("%s", (_name, given, check, disturbed) => {
    const { isClean, evidence, disturbed: broken } = judgeWindow(given);
    expect(isClean).toBe(false);
    expect(evidence.filter(({ result }) => result === "bad" || result === "unknown").map((line) => line.check)).toEqual(
      [check],
    );
    expect(broken).toEqual(disturbed);
  });
});

describe("evidence", () => {
  test("has a line for each check, with the number of checks and the longest time between two", () => {
    expect(judgeWindow(facts()).evidence.map(({ check, result, detail }) => `${result} ${check}: ${detail}`)).toEqual([
      ...[...machineChecks, nfs, "name nfs.lab"].map(
        (check) =>
          `good ${check}: healthy throughout: checked 61 times in 61.0 s, never more than 1.0 s between two checks`,
      ),
      "good service nfs: up since 1970-01-01T00:00:00.000Z, and when probed after the attempt",
      "good service licence: up since 1970-01-01T00:00:00.000Z, and when probed after the attempt",
    ]);
  });

  test("says that a problem was outside the time of proof", () => {
    const { evidence } = judgeWindow(watching(record(nfs, [140, 150])));
    expect(evidence.filter(({ check }) => check === nfs)).toEqual([
      expect.objectContaining({ result: "good" }),
      expect.objectContaining({ result: "note", detail: expect.stringMatching(/^outside the time of proof/) }),
    ]);
  });

  test("lists a service that broke after the first failing subtest as disturbed", () => {
    expect(judgeWindow(watching(record(nfs, [140, 150])))).toMatchObject({ isClean: true, disturbed: ["service:nfs"] });
  });

  test("has no lines of the agent if there was nothing to watch", () => {
    expect(judgeWindow(facts({ watch: null })).evidence.map(({ check }) => check)).toEqual([
      "service nfs",
      "service licence",
    ]);
  });
});

describe("any attempt", () => {
  const watched = fc.constantFrom(...machineChecks, nfs, "name nfs.lab");
  /** A bad time that overlaps the window from 100 to 130 by at least a second. */
  const inside = fc
    .tuple(fc.double({ min: 0, max: 129, noNaN: true }), fc.double({ min: 0, max: 200, noNaN: true }))
    .map(([from, length]): [number, number] => [from, Math.max(from + length, from + 1, 101)]);
  const after = fc
    .tuple(fc.double({ min: 130.1, max: 400, noNaN: true }), fc.double({ min: 0, max: 100, noNaN: true }))
    .map(([from, length]): [number, number] => [from, from + length]);
  const recorded = (time: typeof inside) => fc.tuple(watched, time).map(([check, bad]) => watching(record(check, bad)));
  const monitored = (time: typeof inside) =>
    fc.tuple(time, fc.boolean(), fc.nat(3)).map(([[from, to], lasts, kind]) => {
      const bad = down(from, Math.min(from + 5, to), lasts ? null : to);
      return [
        knowing("nfs", { outages: [bad] }),
        knowing("licence", { outages: [bad] }),
        knowing("licence", { failedProbes: [bad] }),
        knowing("licence", { gaps: [bad] }),
      ][kind]!;
    });

  test("with one bad second in its window is never a candidate", () => {
    fc.assert(fc.property(fc.oneof(recorded(inside), monitored(inside)), (given) => !judgeWindow(given).isClean));
  });

  test("is not made dirty by a problem after its window", () => {
    fc.assert(fc.property(fc.oneof(recorded(after), monitored(after)), (given) => judgeWindow(given).isClean));
  });

  test("does not become clean by a further problem", () => {
    fc.assert(
      fc.property(recorded(inside), monitored(after), (bad, late) => {
        return !judgeWindow({ ...bad, services: late.services }).isClean;
      }),
    );
  });
});
