import { describe, expect, test } from "@jest/globals";
import fc from "fast-check";
import { rulesFor } from "../../../domain/matching/exclusion.js";
import type { GridView, MachineView, ServiceView } from "../../../domain/matching/grid-view.js";
import { assess } from "../../../domain/matching/eligibility.js";
import type { PauseView } from "../../../domain/holds/pause.js";
import { preferNot } from "../../../domain/matching/placement.js";

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
const service = (difference: Partial<ServiceView> = {}): ServiceView => ({
  name: "nfs",
  state: "up",
  since: "2026-01-01T00:00:00Z",
  detail: "",
  own: false,
  cause: null,
  release: null,
  onMachines: null,
  ...difference,
});
const pause = (difference: Partial<PauseView> = {}): PauseView => ({
  pauseId: "p1",
  kind: "pause",
  scope: "grid",
  name: "",
  reason: "move to rack 2",
  author: "ann",
  since: "2026-05-31T00:00:00.000Z",
  until: null,
  ...difference,
});
const grid = (difference: Partial<GridView> = {}): GridView => ({
  now: "2026-06-01T00:00:00.000Z",
  services: [service()],
  machines: [machine("alpha"), machine("beta", { facts: { os: "fedora-41", memory: "2048MiB" } })],
  exclusions: [],
  selections: [],
  pauses: [],
  heldGaps: [],
  ...difference,
});
const needing = (...requirements: string[]) => ({ requirements, rules: [] });
const names = (places: { name: string }[]) => places.map(({ name }) => name);

describe("where a job can run", () => {
  test("on every healthy machine, if it needs nothing", () => {
    const { eligible, reasons } = assess(needing(), grid());
    expect([names(eligible), reasons]).toEqual([["alpha", "beta"], []]);
  });

  test("not on a machine that cannot confine tests", () => {
    const facts = { confinement: "broken", unconfined: "no namespaces: refused" };
    const { eligible, reasons } = assess(needing(), grid({ machines: [machine("alpha", { facts })] }));
    expect(eligible).toEqual([]);
    expect(reasons[0]).toMatchObject({
      reason: "infra/no-machine",
      text: expect.stringContaining("alpha is unable to confine tests (no namespaces: refused)"),
    });
  });

  test("only where the machine's facts match; sizes compare as sizes", () => {
    expect(names(assess(needing("machine:memory>=4GiB"), grid()).eligible)).toEqual(["alpha"]);
    expect(names(assess(needing("machine:os=fedora-41"), grid()).eligible)).toEqual(["beta"]);
  });

  test("not while a service that it needs is down; the reason names the root cause", () => {
    const services = [service({ state: "down", detail: "refused", cause: "network" })];
    expect(assess(needing("service:nfs"), grid({ services })).reasons).toEqual([
      {
        reason: "infra/service-down",
        service: "nfs",
        text: expect.stringMatching(/because network is down \(refused\)/),
      },
    ]);
    expect(assess(needing(), grid({ services })).reasons).toEqual([]);
  });

  test("not on a machine whose own service is down; the job is held only if no other machine is left", () => {
    const there = (alpha: "up" | "down", beta: "up" | "down") =>
      grid({
        services: [
          service({
            state: "down",
            onMachines: {
              alpha: { state: alpha, since: "", detail: "" },
              beta: { state: beta, since: "", detail: "not mounted" },
            },
          }),
        ],
      });
    const one = assess(needing("service:nfs"), there("up", "down"));
    expect([names(one.eligible), one.reasons, one.rejectedBecause["beta"]]).toEqual([
      ["alpha"],
      [],
      "without nfs, which is down there (not mounted)",
    ]);
    expect(assess(needing("service:nfs"), there("down", "down")).reasons).toEqual([
      expect.objectContaining({ reason: "infra/service-down", service: "nfs" }),
    ]);
  });

  test.each([
    ["the grid", pause(), needing()],
    ["a service", pause({ scope: "service", name: "nfs" }), needing("service:nfs")],
    ["the job itself", pause({ scope: "job", name: "j1" }), { ...needing(), jobId: "j1" }],
  ])("not while an admin has paused %s", (_what, each, jobClass) => {
    const [reason, ...more] = assess(jobClass, grid({ pauses: [each] })).reasons;
    expect(more).toEqual([]);
    expect(reason).toMatchObject({
      reason: "admin/paused",
      text: expect.stringMatching(/is paused since 2026-05-31T00:00:00.000Z, by ann: move to rack 2/),
    });
    const others = [pause({ scope: "service", name: "mirror" }), pause({ scope: "job", name: "j2" })];
    expect(assess(jobClass, grid({ pauses: others })).reasons).toEqual([]);
  });

  test("planned maintenance is named as such", () =>
    expect(
      assess(
        needing("service:nfs"),
        grid({
          services: [service({ state: "maintenance" })],
          pauses: [pause({ kind: "maintenance", scope: "service", name: "nfs", until: "2026-06-01T08:00:00Z" })],
        }),
      ).reasons,
    ).toEqual([{ reason: "admin/maintenance", service: "nfs", text: expect.stringContaining("until 2026-06-01T08") }]));

  test("a paused machine is an admin's hold only if no other machine is left", () => {
    const pauses = [pause({ scope: "machine", name: "alpha" })];
    expect(names(assess(needing(), grid({ pauses })).eligible)).toEqual(["beta"]);
    const machines = [machine("alpha"), machine("beta", { online: false })];
    expect(assess(needing(), grid({ pauses, machines })).reasons).toEqual([
      expect.objectContaining({ reason: "admin/paused", text: expect.stringContaining("beta is offline") }),
    ]);
  });

  test("an unknown service prevents a start, a degraded one does not", () => {
    const as = (state: "unknown" | "degraded") =>
      assess(needing("service:nfs"), grid({ services: [service({ state })] })).reasons;
    expect(as("unknown")).toEqual([expect.objectContaining({ reason: "infra/service-unknown" })]);
    expect(as("degraded")).toEqual([]);
  });

  test("a job is unsatisfiable if no machine can ever match, and held if none is healthy now", () => {
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

  test("a job that is excluded everywhere is held, not unsatisfiable, until the rule ends", () => {
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
    expect(assess({ requirements: [], rules: reserved }, grid()).rejectedBecause).toEqual({
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
  test("applies to hosts and machines; the first one named is avoided the longest", () => {
    expect(names(preferNot(places, ["a"]))).toEqual(["b1"]);
    expect(names(preferNot(places, ["a", "b1"]))).toEqual(["b1"]);
    expect(names(preferNot(places, ["a", "b"]))).toEqual(["b1"]);
  });
  test("always leaves a machine", () => {
    fc.assert(fc.property(fc.subarray(["a", "b", "a1", "a2", "b1"]), (avoid) => preferNot(places, avoid).length > 0));
  });
});
