import { describe, expect, test } from "@jest/globals";
import { dueNotices, type Telling } from "../../domain/notices.js";

const policy = { gatherMs: 3_000, calmMs: 60_000, remindMs: 3_600_000, remindMaxMs: 86_400_000 };
const at = (seconds: number) => new Date(Date.UTC(2026, 0, 1) + seconds * 1_000).toISOString();
const outage = (service: string, began: number, difference: Partial<Telling> = {}): Telling => ({
  service,
  machine: null,
  cause: null,
  recordedAt: at(began),
  endedAt: null,
  toldAt: null,
  remindedAt: null,
  reminders: 0,
  isUnclear: false,
  ...difference,
});
const due = (now: number, ...outages: Telling[]) =>
  Object.fromEntries(
    Object.entries(dueNotices(outages, at(now), policy)).map(([what, list]) => [
      what,
      list.map(({ service }: Telling) => service),
    ]),
  );
const nothing = { opened: [], silent: [], closed: [], reminders: [] };

describe("notices of outages", () => {
  test("gather what begins together", () => {
    expect(due(2, outage("nfs", 0))).toEqual(nothing);
    expect(due(3, outage("nfs", 0), outage("mirror", 2))).toEqual({ ...nothing, opened: ["nfs", "mirror"] });
  });
  test("wait for a root cause that is not clear yet, but not for ever", () => {
    const unclear = outage("nfs", 0, { isUnclear: true, cause: "network" });
    expect(due(29, unclear)).toEqual(nothing);
    expect(due(30, unclear)).toEqual({ ...nothing, opened: ["nfs"] });
  });
  test("are no second alarm for what a service below took down, of which they have told", () => {
    const network = outage("network", 0, { toldAt: at(3) });
    const behind = outage("nfs", 8, { cause: "network" });
    expect(due(60, network, behind)).toEqual({ ...nothing, silent: ["nfs"] });
    expect(due(60, { ...network, endedAt: at(5) }, behind).opened).toEqual(["nfs"]);
  });
  test("are no second alarm for a service that is down again before its end was told, and tell both ends at once", () => {
    const first = outage("nfs", 0, { toldAt: at(3), endedAt: at(20) });
    expect(due(100, first, outage("nfs", 30))).toEqual({ ...nothing, silent: ["nfs"] });
    expect(due(100, first, outage("nfs", 30, { toldAt: at(31) })).closed).toEqual([]);
    const second = outage("nfs", 30, { toldAt: at(31), endedAt: at(50) });
    expect(due(110, first, second).closed).toEqual(["nfs", "nfs"]);
    expect(due(100, first, { ...second, machine: "alpha", toldAt: null, endedAt: null }).opened).toEqual(["nfs"]);
  });
  test("tell the end when it is calm, and of several together", () => {
    const told = { toldAt: at(3) };
    const [nfs, mirror] = [outage("nfs", 0, { ...told, endedAt: at(100) }), outage("mirror", 0, told)];
    expect(due(159, nfs, mirror)).toEqual(nothing);
    expect(due(160, nfs, mirror).closed).toEqual(["nfs"]);
    expect(due(160, nfs, { ...mirror, endedAt: at(110) })).toEqual(nothing);
    expect(due(170, nfs, { ...mirror, endedAt: at(110) }).closed).toEqual(["nfs", "mirror"]);
    expect(due(190, nfs, { ...mirror, endedAt: at(185) }).closed).toEqual(["nfs"]);
  });
  test("remind, less and less often", () => {
    const lasting = outage("nfs", 0, { toldAt: at(0) });
    expect(due(3_599, lasting)).toEqual(nothing);
    expect(due(3_600, lasting).reminders).toEqual(["nfs"]);
    expect(due(7_200, { ...lasting, remindedAt: at(3_600), reminders: 1 })).toEqual(nothing);
  });
});
