import { describe, expect, test } from "@jest/globals";
import { dueNotices, mayBeCause, type OutageForNotice } from "../../../domain/mail/notices.js";

const policy = { gatherMs: 3_000, calmMs: 60_000, remindMs: 3_600_000, remindMaxMs: 86_400_000 };
const at = (second: number) => new Date(second * 1_000).toISOString();
/** An outage that was recorded at the given second. */
const outage = (service: string, recorded: number, more: Partial<OutageForNotice> = {}): OutageForNotice => ({
  service,
  machine: null,
  cause: null,
  recordedAt: at(recorded),
  endedAt: null,
  toldAt: null,
  remindedAt: null,
  reminders: 0,
  isUnclear: false,
  ...more,
});
const due = (second: number, ...outages: OutageForNotice[]) => {
  const { opened, silent, closed, reminders } = dueNotices(outages, at(second), policy);
  const names = (each: OutageForNotice[]) => each.map(({ service }) => service);
  return { opened: names(opened), silent: names(silent), closed: names(closed), reminders: names(reminders) };
};
const nothing = { opened: [], silent: [], closed: [], reminders: [] };

describe("beginnings of outages", () => {
  test("are reported together", () =>
    expect(due(4, outage("nfs", 0), outage("licence", 3))).toEqual({ ...nothing, opened: ["nfs", "licence"] }));
  test("wait while the root cause is unclear, but not forever", () => {
    expect(due(29, outage("nfs", 0, { isUnclear: true }))).toEqual(nothing);
    expect(due(30, outage("nfs", 0, { isUnclear: true }))).toEqual({ ...nothing, opened: ["nfs"] });
  });
});

describe("a service that is down because of a reported outage", () => {
  const network = outage("network", 0, { toldAt: at(3) });
  const nfs = outage("nfs", 10, { cause: "network" });
  test("causes no second alarm, however long both last", () => expect(due(600, network, nfs)).toEqual(nothing));
  test("does not join another alarm", () =>
    expect(due(600, network, nfs, outage("licence", 590)).opened).toEqual(["licence"]));
  test("is named in the reminders", () =>
    expect(due(3_603, network, nfs)).toEqual({ ...nothing, reminders: ["network", "nfs"] }));
  test("is named when the end of its cause is reported", () => {
    const over = { ...network, endedAt: at(100) };
    const after = { ...nfs, endedAt: at(115) };
    expect(due(161, over, after)).toEqual(nothing);
    expect(due(175, over, after)).toEqual({ ...nothing, closed: ["network", "nfs"] });
  });
  test("is not reported as up while its cause lasts", () =>
    expect(due(600, network, { ...nfs, endedAt: at(100) })).toEqual(nothing));
  test("is reported if its outage lasts longer than the cause", () => {
    expect(due(160, { ...network, endedAt: at(100) }, nfs)).toEqual({ ...nothing, closed: ["network"] });
    expect(due(160, nfs)).toEqual({ ...nothing, opened: ["nfs"] });
  });
  test("is reported if the cause exists on one machine only", () =>
    expect(due(600, { ...network, machine: "alpha" }, nfs).opened).toEqual(["nfs"]));
});

describe("a service that is down again before the end of its first outage was reported", () => {
  const first = outage("nfs", 0, { toldAt: at(3), endedAt: at(20) });
  test("causes no second alarm", () => {
    expect(due(100, first, outage("nfs", 30))).toEqual({ ...nothing, silent: ["nfs"] });
    expect(due(100, first, outage("nfs", 30, { machine: "alpha" })).opened).toEqual(["nfs"]);
  });
  test("is reported as up when it is, for both outages at once", () => {
    const again = outage("nfs", 30, { toldAt: at(31) });
    expect(due(100, first, again)).toEqual(nothing);
    expect(due(110, first, { ...again, endedAt: at(50) }).closed).toEqual(["nfs", "nfs"]);
  });
  test("causes reminders", () => {
    const again = outage("nfs", 30, { toldAt: at(31) });
    expect(due(3_631, first, again)).toEqual({ ...nothing, reminders: ["nfs"] });
  });
});

describe("ends of outages", () => {
  const ended = (service: string, end: number) => outage(service, 0, { toldAt: at(3), endedAt: at(end) });
  test("wait for those that come a moment later, and are reported together", () => {
    expect(due(165, ended("nfs", 100), ended("licence", 110))).toEqual(nothing);
    expect(due(170, ended("nfs", 100), ended("licence", 110)).closed).toEqual(["nfs", "licence"]);
  });
  test("do not wait forever for a service that flaps", () =>
    expect(due(220, ended("nfs", 100), ended("licence", 210)).closed).toEqual(["nfs"]));
});

test.each<[string, Parameters<typeof mayBeCause>[0], boolean]>([
  ["fails", { state: "up", failuresInRow: 1, lastProbeAt: at(20) }, true],
  ["was not probed since", { state: "up", failuresInRow: 0, lastProbeAt: at(5) }, true],
  ["was never probed", { state: "unknown", failuresInRow: 0, lastProbeAt: null }, true],
  ["was healthy since", { state: "up", failuresInRow: 0, lastProbeAt: at(11) }, false],
  ["is down, so it is the cause already", { state: "down", failuresInRow: 9, lastProbeAt: at(20) }, false],
])("whether a dependency may still turn out to be the cause of an outage: it %s", (_title, dependency, expected) =>
  expect(mayBeCause(dependency, at(10))).toBe(expected),
);
