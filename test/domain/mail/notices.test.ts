import { describe, expect, test } from "@jest/globals";
import { dueNotices, mayBeCause, type OutageForNotice } from "../../../domain/mail/notices.js";

const policy = { gatherMs: 3_000, calmMs: 60_000, remindMs: 3_600_000, remindMaxMs: 86_400_000 };
const at = (second: number) => new Date(second * 1_000).toISOString();
/** An outage on record since the given second. */
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

describe("beginnings", () => {
  test("are told together", () =>
    expect(due(4, outage("nfs", 0), outage("licence", 3))).toEqual({ ...nothing, opened: ["nfs", "licence"] }));
  test("wait while the root cause is unclear, but not for ever", () => {
    expect(due(29, outage("nfs", 0, { isUnclear: true }))).toEqual(nothing);
    expect(due(30, outage("nfs", 0, { isUnclear: true }))).toEqual({ ...nothing, opened: ["nfs"] });
  });
});

describe("what is down because of something that was told", () => {
  const network = outage("network", 0, { toldAt: at(3) });
  const nfs = outage("nfs", 10, { cause: "network" });
  test("is no second alarm, however long both last", () => expect(due(600, network, nfs)).toEqual(nothing));
  test("does not join another alarm", () =>
    expect(due(600, network, nfs, outage("licence", 590)).opened).toEqual(["licence"]));
  test("is named in the reminders", () =>
    expect(due(3_603, network, nfs)).toEqual({ ...nothing, reminders: ["network", "nfs"] }));
  test("is named with the end of its cause", () => {
    const over = { ...network, endedAt: at(100) };
    const after = { ...nfs, endedAt: at(115) };
    expect(due(161, over, after)).toEqual(nothing);
    expect(due(175, over, after)).toEqual({ ...nothing, closed: ["network", "nfs"] });
  });
  test("is not told to be over while its cause lasts", () =>
    expect(due(600, network, { ...nfs, endedAt: at(100) })).toEqual(nothing));
  test("is told when it lasts longer than its cause", () => {
    expect(due(160, { ...network, endedAt: at(100) }, nfs)).toEqual({ ...nothing, closed: ["network"] });
    expect(due(160, nfs)).toEqual({ ...nothing, opened: ["nfs"] });
  });
  test("on one machine only is no cause of anything elsewhere", () =>
    expect(due(600, { ...network, machine: "alpha" }, nfs).opened).toEqual(["nfs"]));
});

describe("a service that is down again before its end was told", () => {
  const first = outage("nfs", 0, { toldAt: at(3), endedAt: at(20) });
  test("is no second alarm", () => {
    expect(due(100, first, outage("nfs", 30))).toEqual({ ...nothing, silent: ["nfs"] });
    expect(due(100, first, outage("nfs", 30, { machine: "alpha" })).opened).toEqual(["nfs"]);
  });
  test("is told to be over when it is, both times at once", () => {
    const again = outage("nfs", 30, { toldAt: at(31) });
    expect(due(100, first, again)).toEqual(nothing);
    expect(due(110, first, { ...again, endedAt: at(50) }).closed).toEqual(["nfs", "nfs"]);
  });
  test("is reminded of", () => {
    const again = outage("nfs", 30, { toldAt: at(31) });
    expect(due(3_631, first, again)).toEqual({ ...nothing, reminders: ["nfs"] });
  });
});

describe("ends", () => {
  const ended = (service: string, end: number) => outage(service, 0, { toldAt: at(3), endedAt: at(end) });
  test("wait for those that came a moment later, and are told together", () => {
    expect(due(165, ended("nfs", 100), ended("licence", 110))).toEqual(nothing);
    expect(due(170, ended("nfs", 100), ended("licence", 110)).closed).toEqual(["nfs", "licence"]);
  });
  test("do not wait for ever for one that flaps", () =>
    expect(due(220, ended("nfs", 100), ended("licence", 210)).closed).toEqual(["nfs"]));
});

test.each<[string, Parameters<typeof mayBeCause>[0], boolean]>([
  ["fails", { state: "up", failuresInRow: 1, lastProbeAt: at(20) }, true],
  ["was not looked at since", { state: "up", failuresInRow: 0, lastProbeAt: at(5) }, true],
  ["was never looked at", { state: "unknown", failuresInRow: 0, lastProbeAt: null }, true],
  ["was well since", { state: "up", failuresInRow: 0, lastProbeAt: at(11) }, false],
  ["is down: it is the cause", { state: "down", failuresInRow: 9, lastProbeAt: at(20) }, false],
])("what a service depends on may be the cause of its outage: it %s", (_title, dependency, expected) =>
  expect(mayBeCause(dependency, at(10))).toBe(expected),
);
