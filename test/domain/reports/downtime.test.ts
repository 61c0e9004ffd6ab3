import { describe, expect, test } from "@jest/globals";
import { isWithinTargets } from "../../../domain/reports/infrastructure-share.js";
import type { DowntimeFacts } from "../../../domain/reports/downtime-facts.js";
import {
  holds,
  iso,
  machine,
  maintenance,
  outage,
  report,
  seconds,
  service,
  span,
} from "../../support/downtime-facts.js";

describe("a service", () => {
  test.each<[string, Partial<DowntimeFacts>, object]>([
    ["that was always up", {}, { outages: 0, downtimeMs: 0, mtbfMs: null, mttrMs: null }],
    [
      "counts its outages",
      { outages: [outage("nfs", 100, 200), outage("nfs", 500, 800)] },
      { outages: 2, downtimeMs: 400_000, longestMs: 300_000, mtbfMs: 300_000, mttrMs: 200_000 },
    ],
    [
      "counts overlapping outages once",
      { outages: [outage("nfs", 100, 300), outage("nfs", 200, 400)] },
      { outages: 1, downtimeMs: 300_000, mttrMs: 300_000 },
    ],
    [
      "counts maintenance as planned, whatever else happens then",
      { outages: [outage("nfs", 100, 300)], pauses: [maintenance("nfs", 200, 400)] },
      { outages: 1, plannedMs: 200_000, unplannedMs: 100_000, downtimeMs: 300_000, mttrMs: 100_000 },
    ],
    [
      "does not count an outage that its maintenance covers",
      { outages: [outage("nfs", 210, 300)], pauses: [maintenance("nfs", 200, 400)] },
      { outages: 0, plannedMs: 200_000, unplannedMs: 0 },
    ],
    [
      "is down up to the end while its outage lasts, and has no mean time to repair yet",
      { outages: [outage("nfs", 900, null)] },
      { outages: 1, downtimeMs: 100_000, mttrMs: null, mtbfMs: 900_000 },
    ],
    [
      "was neither up nor down before it was watched",
      { knownSince: iso(800), outages: [outage("nfs", 900, 950)] },
      { outages: 1, mtbfMs: 150_000 },
    ],
    [
      "is counted since it was added, not since the grid's records begin",
      { services: [{ service: "nfs", since: iso(600) }], outages: [outage("nfs", 900, 950)] },
      { outages: 1, mtbfMs: 350_000 },
    ],
    [
      "is down when it is down on all machines that exist at the time",
      {
        machines: [machine("alpha"), machine("new", [], 500), machine("retired", [], null, 50)],
        outages: [outage("nfs", 100, 300, { machine: "alpha" })],
      },
      { outages: 1, downtimeMs: 200_000 },
    ],
    [
      "that is degraded is not down",
      { outages: [outage("nfs", 100, 200, { severity: "degraded" })] },
      { outages: 0, downtimeMs: 0, degradedOutages: 1, degradedMs: 100_000 },
    ],
    [
      "is down when it is down on every machine, and otherwise degraded",
      { outages: [outage("nfs", 100, 300, { machine: "alpha" }), outage("nfs", 200, 400, { machine: "beta" })] },
      { outages: 1, downtimeMs: 100_000, degradedMs: 200_000 },
    ],
  ])("%s", (_title, facts, expected) => expect(service(facts)).toMatchObject(expected));

  test("counts only the part of an outage that is within the interval", () => {
    const facts = { outages: [outage("nfs", 0, 1_000)] };
    expect(service(facts, "nfs", 400, 600)).toMatchObject({
      outages: 1,
      downtimeMs: 200_000,
      mtbfMs: null,
      mttrMs: null,
    });
  });
});

describe("the grid is offline", () => {
  const away = (machine: string, since: number, until: number) =>
    outage(`machine/${machine}`, since, until, { machine });
  test.each<[string, Partial<DowntimeFacts>, number, string[]]>([
    ["in maintenance", { pauses: [maintenance("", 0, 10)] }, 10, ["maintenance"]],
    ["while paused", { pauses: [{ ...maintenance("", 5, null), kind: "pause" }] }, 995, ["paused"]],
    ["without its database", { outages: [outage("grid/database", 10, 30)] }, 20, ["grid/database down"]],
    [
      "while all machines are away",
      { outages: [away("alpha", 0, 50), away("beta", 30, 90)] },
      20,
      ["every machine away"],
    ],
    [
      "once, for several reasons",
      { pauses: [maintenance("", 0, 10)], outages: [outage("grid/control", 5, 20)] },
      20,
      ["maintenance", "grid/control down"],
    ],
  ])("%s", (_title, facts, offline, because) => {
    const { grid } = report(facts);
    expect([seconds(grid.offlineMs), grid.spells[0]?.because]).toEqual([offline, because]);
  });
  test("as planned in maintenance, otherwise as unplanned", () =>
    expect(report({ pauses: [maintenance("", 0, 10)], outages: [outage("grid/temporal", 5, 30)] }).grid).toMatchObject({
      plannedMs: 10_000,
      unplannedMs: 20_000,
      longestMs: 30_000,
    }));
  test("not before any machine has joined it", () =>
    expect(report({ machines: [machine("alpha", [], 990)] }).grid.offlineMs).toBe(0));
  test("neither without its mail relay nor with one machine left", () =>
    expect(report({ outages: [outage("grid/relay", 0, 50), away("alpha", 0, 50)] }).grid.offlineMs).toBe(0));
});

describe("cost", () => {
  test("counts a job's time once, whatever held it", () => {
    const { cost } = report({
      holds: [holds(10, ["nfs", 0, 100], ["mirror", 50, 150], ["infra/no-machine", 140, 160])],
    });
    expect([cost.jobsHeld, seconds(cost.jobHeldMs)]).toEqual([10, 1_600]);
    expect(cost.services.map((entry) => [entry.service, entry.jobsHeld, seconds(entry.jobHeldMs)])).toEqual([
      ["nfs", 10, 1_000],
      ["mirror", 10, 1_000],
    ]);
    expect(cost.reasons.map(({ reason, jobHeldMs }) => [reason, seconds(jobHeldMs)])).toEqual([
      ["infra/no-machine", 200],
    ]);
  });
  test("counts online machines without a job as idle", () => {
    const { cost } = report({
      holds: [holds(3, ["nfs", 0, 100]), holds(1, ["nfs", 50, 120])],
      machines: [machine("alpha", [span(0, 40), span(60, null)]), machine("beta")],
      outages: [outage("machine/beta", 100, 200)],
    });
    expect(seconds(cost.machineIdleMs)).toBe(20 + 100);
  });
  test("counts machines as idle only while they exist", () => {
    const { cost } = report({
      holds: [holds(3, ["nfs", 0, 100])],
      machines: [machine("new", [], 90), machine("retired", [], null, 30)],
    });
    expect(seconds(cost.machineIdleMs)).toBe(10 + 30);
  });
});

describe("the ranking", () => {
  test("charges an outage to its root cause", () => {
    const { ranking } = report({
      outages: [outage("network", 100, 200), outage("nfs", 100, 210, { cause: "network" }), outage("mirror", 300, 320)],
      holds: [holds(5, ["nfs", 100, 210], ["network", 100, 200]), holds(2, ["mirror", 300, 320])],
    });
    expect(ranking.map(({ name, jobHeldMs, explains }) => [name, seconds(jobHeldMs), explains])).toEqual([
      ["network", 550, ["nfs"]],
      ["mirror", 40, []],
    ]);
    expect(ranking[0]!.why).toMatch(
      /^held 5 jobs for .*job-hours, .*machine-hours idle, down 1m 50s, explains outages of nfs$/,
    );
  });
});

test("the infrastructure share leaves out attempts that admins stopped", () => {
  const { infrastructureShare } = report({
    attempts: [
      { outcome: "passed", failureIdentifier: null, count: 90 },
      { outcome: "infrastructure", failureIdentifier: "infra/machine-lost", count: 6 },
      { outcome: "dirty", failureIdentifier: "infra/service-down", count: 4 },
      { outcome: "infrastructure", failureIdentifier: "admin/stopped", count: 50 },
    ],
  });
  expect(infrastructureShare).toMatchObject({ attempts: 100, lost: 10, share: 0.1, isMet: false });
  expect(infrastructureShare.lostBy.map(({ attempts, share }) => [attempts, share])).toEqual([
    [6, 0.06],
    [4, 0.04],
  ]);
});

test.each<[number, boolean]>([
  [0.02, true],
  [0.01, false],
])("a failure identifier may have a target of its own: %d", (target, expected) => {
  const { infrastructureShare } = report({
    attempts: [
      { outcome: "passed", failureIdentifier: null, count: 98 },
      { outcome: "infrastructure", failureIdentifier: "infra/machine-lost", count: 2 },
    ],
    shareTargets: { "infra/machine-lost": target },
  });
  expect([infrastructureShare.isMet, isWithinTargets(infrastructureShare)]).toEqual([true, expected]);
});
