import { describe, expect, test } from "@jest/globals";
import { budgetLeft } from "../../../domain/holds/hold-budget.js";

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
  test("a back-off that has not ended counts up to now", () =>
    expect(budgetLeft([{ reason: "infra/agent-error", since: at(0), until: at(60) }], at(4), rules).leftMs).toBe(
      6_000,
    ));
  test("does not count pauses and maintenance, whatever else was broken meanwhile", () => {
    const times = [
      { reason: "infra/service-down" as const, since: at(0), until: null },
      { reason: "admin/paused" as const, since: at(2), until: at(6) },
      { reason: "admin/maintenance" as const, since: at(5), until: at(8) },
    ];
    expect(budgetLeft(times, at(10), rules).leftMs).toBe(6_000);
  });
  test("is shorter if no machine can ever match", () =>
    expect(budgetLeft([{ reason: "user/unsatisfiable", since: at(0), until: null }], at(4), rules)).toEqual({
      leftMs: 0,
      ends: "unsatisfiable",
    }));
});
