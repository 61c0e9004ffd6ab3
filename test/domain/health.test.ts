import { describe, expect, test } from "@jest/globals";
import fc from "fast-check";
import { budgetLeft } from "../../domain/hold-budget.js";
import { countProbe, type ServiceHealth } from "../../domain/health.js";
import { coveredMs, union } from "../../domain/interval.js";

const policy = { down: 3, up: 2 };
const unknown: ServiceHealth = {
  state: "unknown",
  since: "t0",
  failuresInRow: 0,
  successesInRow: 0,
  firstFailedAt: null,
  firstGoodAt: null,
  detail: "",
};
const probes = (marks: string, from = unknown) =>
  marks
    .split("")
    .reduce(
      (health, mark, index) => countProbe(health, { ok: mark === "+", at: `t${index + 1}`, detail: mark }, policy),
      from,
    );

describe("counting probes", () => {
  test("one good probe is enough where nothing bad is known", () =>
    expect(probes("+")).toMatchObject({ state: "up", since: "t1" }));
  test("down since the first failed probe of the row", () =>
    expect(probes("+---")).toMatchObject({ state: "down", since: "t2" }));
  test("fewer failures than the policy says change nothing", () =>
    expect(probes("+--+--")).toMatchObject({ state: "up" }));
  test("up again since the first good probe of the row", () =>
    expect(probes("+---++")).toMatchObject({ state: "up", since: "t5" }));
  test("one good probe does not end an outage", () =>
    expect(probes("+---+-")).toMatchObject({ state: "down", since: "t2" }));
  test("no service is up right after as many failures as make it down, whatever came before", () => {
    fc.assert(
      fc.property(fc.array(fc.constantFrom("+", "-")), (marks) => probes(`${marks.join("")}---`).state === "down"),
    );
  });
});

describe("intervals", () => {
  const interval = fc.tuple(fc.nat(1_000), fc.nat(200)).map(([start, length]) => ({ start, end: start + length }));
  test("overlaps count once", () => {
    fc.assert(
      fc.property(fc.array(interval), (intervals) => {
        const covered = new Set(
          intervals.flatMap(({ start, end }) => Array.from({ length: end - start }, (_, index) => start + index)),
        );
        return coveredMs(intervals) === covered.size && union(union(intervals)).length === union(intervals).length;
      }),
    );
  });
});

describe("the hold budget", () => {
  const rules = { budgetMs: 10_000, unsatisfiableMs: 3_000 };
  const at = (second: number) => new Date(second * 1_000).toISOString();
  test("counts all holds together, overlaps once", () => {
    const times = [
      { reason: "infra/service-down" as const, since: at(0), until: at(4) },
      { reason: "infra/no-machine" as const, since: at(2), until: at(5) },
      { reason: "infra/service-down" as const, since: at(8), until: null },
    ];
    expect(budgetLeft(times, at(10), rules)).toEqual({ leftMs: 3_000, ends: "hold-expired" });
  });
  test("a back-off that lasts counts up to now", () =>
    expect(budgetLeft([{ reason: "infra/agent-error", since: at(0), until: at(60) }], at(4), rules).leftMs).toBe(
      6_000,
    ));
  test("is shorter where no machine could ever match", () =>
    expect(budgetLeft([{ reason: "user/unsatisfiable", since: at(0), until: null }], at(4), rules)).toEqual({
      leftMs: 0,
      ends: "unsatisfiable",
    }));
});
