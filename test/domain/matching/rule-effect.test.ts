import { describe, expect, test } from "@jest/globals";
import { effectOf } from "../../../domain/matching/rule-effect.js";

const machines = [
  { name: "alpha", facts: { os: "fedora-41" } },
  { name: "beta", facts: { os: "debian-12" } },
];
const tests = ["basket", "checkout"];
const now = "2026-11-30T12:00:00.000Z";
const effect = (rule: object) => effectOf({ reason: "no display", ...rule }, machines, tests, now);

describe("a rule that keeps tests off machines", () => {
  test("names the tests and machines that it matches", () => {
    expect(effect({ tests: "check*", facts: { os: "fedora-*" } })).toEqual({
      machines: ["alpha"],
      tests: ["checkout"],
      stale: null,
    });
  });

  test.each([
    ["its time is over", { until: "2026-11-30T11:59:59.000Z" }],
    ["it matches no machine of this grid", { machines: "gamma" }],
    ["it matches no test that ran here", { tests: "payment" }],
  ])("has no effect if %s", (stale, rule) => {
    expect(effect(rule).stale).toBe(stale);
  });
});
