import { describe, expect, test } from "@jest/globals";
import fc from "fast-check";
import type { Span } from "../../../domain/reports/downtime-facts.js";
import { holds, iso, maintenance, outage, report, second, seconds, service } from "../../support/downtime-facts.js";

describe("whatever happened", () => {
  const length = 120;
  const times = fc
    .tuple(fc.nat(length), fc.nat(60), fc.boolean())
    .map(([since, took, lasts]) => [since, lasts ? null : since + took] as const);
  const anyOutage = fc
    .record({
      service: fc.constantFrom("nfs", "mirror", "grid/database"),
      kind: fc.constantFrom("unplanned" as const, "maintenance" as const),
      severity: fc.constantFrom("down" as const, "degraded" as const),
      cause: fc.constantFrom(null, "mirror"),
      times,
    })
    .map(({ times: [since, until], service: name, ...more }) => outage(name, since, until, more));
  const anyHold = fc
    .tuple(
      fc.integer({ min: 1, max: 5 }),
      fc.array(
        fc
          .tuple(fc.constantFrom("nfs", "mirror", "infra/no-machine"), fc.nat(length), fc.nat(60))
          .map(([name, since, took]): [string, number, number] => [name, since, since + took]),
        { minLength: 1, maxLength: 4 },
      ),
    )
    .map(([jobs, each]) => holds(jobs, ...each));
  const anyFacts = fc.record({
    outages: fc.array(anyOutage, { maxLength: 8 }),
    pauses: fc.array(
      fc.tuple(fc.constantFrom("nfs", ""), times).map(([name, [since, until]]) => maintenance(name, since, until)),
      { maxLength: 4 },
    ),
    holds: fc.array(anyHold, { maxLength: 4 }),
  });
  const within = fc
    .tuple(fc.nat(60), fc.integer({ min: 1, max: 80 }))
    .map(([from, took]) => [from, from + took] as const);
  const covers = ({ since, until }: Span, at: number) => since <= iso(at) && (until === null || until > iso(at));
  const recount = (from: number, to: number, isSo: (at: number) => boolean) =>
    Array.from({ length: to - from }, (_, index) => from + index).filter(isSo).length;

  test("each second counts once, as in a recount second by second", () => {
    fc.assert(
      fc.property(anyFacts, within, (facts, [from, to]) => {
        const { grid, cost, services } = report(facts, from, to);
        const nfs = facts.outages.filter((each) => each.service === "nfs");
        const planned = (at: number) =>
          facts.pauses.some((pause) => pause.name === "nfs" && covers(pause, at)) ||
          nfs.some((each) => each.kind === "maintenance" && covers(each, at));
        const broken = (at: number) =>
          nfs.some((each) => each.kind === "unplanned" && each.severity === "down" && covers(each, at));
        const offline = (at: number) =>
          facts.pauses.some((pause) => pause.name === "" && covers(pause, at)) ||
          facts.outages.some(
            (each) => each.service === "grid/database" && each.severity === "down" && covers(each, at),
          );
        const held = (at: number) =>
          facts.holds.filter((group) => group.holds.some(({ spans }) => covers(spans[0]!, at)));
        const counted = services.find((entry) => entry.service === "nfs")!;
        expect({
          planned: seconds(counted.plannedMs),
          unplanned: seconds(counted.unplannedMs),
          down: seconds(counted.downtimeMs),
          offline: seconds(grid.offlineMs),
          jobSeconds: seconds(cost.jobHeldMs),
          idle: seconds(cost.machineIdleMs),
        }).toEqual({
          planned: recount(from, to, planned),
          unplanned: recount(from, to, (at) => broken(at) && !planned(at)),
          down: recount(from, to, (at) => broken(at) || planned(at)),
          offline: recount(from, to, offline),
          jobSeconds: facts.holds.reduce(
            (total, group) => total + group.jobs * recount(from, to, (at) => held(at).includes(group)),
            0,
          ),
          idle: 2 * recount(from, to, (at) => held(at).length > 0),
        });
      }),
    );
  });
  test("planned and unplanned downtime together never exceed the interval", () => {
    fc.assert(
      fc.property(anyFacts, within, (facts, [from, to]) => {
        for (const entry of report(facts, from, to).services)
          expect(entry.plannedMs + entry.unplannedMs).toBeLessThanOrEqual((to - from) * second);
      }),
    );
  });
  test("an outage that was recorded twice changes nothing", () => {
    fc.assert(
      fc.property(anyFacts, within, fc.nat(), (facts, [from, to], index) => {
        const twice = facts.outages.length === 0 ? [] : [facts.outages[index % facts.outages.length]!];
        expect(report({ ...facts, outages: [...facts.outages, ...twice] }, from, to)).toEqual(report(facts, from, to));
      }),
    );
  });
  test("two halves of an interval add up to the whole", () => {
    fc.assert(
      fc.property(anyFacts, within, fc.nat(), (facts, [from, to], cut) => {
        const middle = from + (cut % (to - from + 1));
        const totals = (start: number, end: number) => {
          const { grid, cost, services } = report(facts, start, end);
          return [
            grid.offlineMs,
            cost.jobHeldMs,
            cost.machineIdleMs,
            services.reduce((sum, each) => sum + each.downtimeMs, 0),
          ];
        };
        const [first, second] = [totals(from, middle), totals(middle, to)];
        expect(first.map((total, index) => total + second[index]!)).toEqual(totals(from, to));
      }),
    );
  });
  test("future time does not count", () => {
    const facts = { now: iso(50), outages: [outage("nfs", 40, null)], pauses: [maintenance("mirror", 60, 90)] };
    expect(report(facts)).toMatchObject({ intervalMs: 50_000, to: iso(50) });
    expect(service(facts, "mirror").plannedMs).toBe(0);
    expect(service(facts).downtimeMs).toBe(10_000);
  });
});
