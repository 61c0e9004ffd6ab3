import { describe, expect, test } from "@jest/globals";
import type { Attempt } from "../../../domain/verdict/attempt.js";
import { judge } from "../../../domain/verdict/judge.js";
import { defaultVerdictPolicy } from "../../../domain/verdict/policy.js";
import { attempt, comparisonRun, claim, dirty, failed, passed } from "../../support/attempts.js";

const decide = (...attempts: Attempt[]) => judge(attempts, defaultVerdictPolicy);
const skipped = (machine = "alpha") =>
  attempt({
    machine,
    outcome: "skipped",
    exitCode: 77,
    evidence: [{ check: "skipped", result: "note", detail: "no display", at: "2026-01-01T00:00:00.000Z" }],
  });

describe("a test that says that it did not run", () => {
  test("ends its job without a failure, and with its reason", () =>
    expect(decide(skipped())).toMatchObject({
      verdict: "abort",
      abortReason: "skipped",
      evidence: [{ check: "skipped", detail: "no display" }],
    }));

  test("ends its job after a dirty attempt as well", () =>
    expect(decide(dirty(), skipped())).toMatchObject({ abortReason: "skipped" }));

  test("runs again if its environment was unhealthy", () => {
    expect(decide({ ...skipped(), outcome: "dirty" })).toMatchObject({ kind: "again" });
  });

  test("runs again where it failed, and not where it skipped", () =>
    expect(decide(failed(), skipped("beta"))).toMatchObject({ avoid: ["beta"], prefer: ["alpha"] }));

  test("runs again if it failed before, and ends undiagnosed after a second skip", () => {
    expect(decide(failed(), skipped("beta"))).toMatchObject({ kind: "again", purpose: "confirmation" });
    expect(decide(failed(), skipped("beta"), skipped("gamma"))).toMatchObject({
      verdict: "abort",
      abortReason: "undiagnosed",
      failureIdentifier: "unknown/skips-and-fails",
    });
  });
});

describe("a test that blames its environment three times while no probe agrees", () => {
  const claims = (difference: Partial<Attempt> = {}) => [
    claim(difference),
    claim({ machine: "beta", ...difference }),
    claim(difference),
  ];

  test("fails if the last passing source passes now", () => {
    const decision = decide(...claims({ baseline: "earlier" }), comparisonRun());
    expect(decision).toMatchObject({ verdict: "fail" });
    expect("evidence" in decision && decision.evidence.some(({ check }) => check === "claim")).toBe(true);
  });

  test("ends undiagnosed if that source claims the same, or if there is none", () => {
    const undecided = { verdict: "abort", abortReason: "undiagnosed", failureIdentifier: "unknown/claimed-by-test" };
    expect(decide(...claims())).toMatchObject(undecided);
    const says = comparisonRun({ outcome: "infrastructure", failureIdentifier: "infra/claimed-by-test" });
    expect(decide(...claims({ baseline: "earlier" }), says)).toMatchObject(undecided);
  });

  test("fails if its other failures were confirmed", () => {
    expect(decide(...claims(), failed("alpha"), failed("beta"))).toMatchObject({ verdict: "fail" });
    expect(decide(claim(), claim(), failed("beta"), claim())).toMatchObject({ abortReason: "undiagnosed" });
  });
});

describe("a test that fails beside others of its project on one host", () => {
  const shared = (machine = "alpha"): Attempt => ({ ...failed(machine), siblings: ["sells"] });
  const alone = (run: Attempt): Attempt => ({ ...run, siblings: [] });

  const times = (count: number, run: () => Attempt) => Array.from({ length: count }, run);
  const passedAlone = () => alone(passed("alpha"));

  test("first runs again anywhere", () =>
    expect(decide(shared())).toMatchObject({ kind: "again", purpose: "confirmation", exclusive: [] }));

  test("runs alone after it failed beside the same tests twice", () => {
    expect(decide(shared(), shared("beta"))).toMatchObject({ kind: "again", exclusive: ["host"] });
    const others = { ...failed("beta"), siblings: ["counts"] };
    expect(decide(shared(), others)).toMatchObject({ kind: "ending", verdict: "fail" });
  });

  test("passes, and is kept apart from them, if it passes alone four times", () => {
    expect(decide(shared(), shared("beta"), ...times(3, passedAlone))).toMatchObject({ exclusive: ["host"] });
    const decision = decide(shared(), shared("beta"), ...times(4, passedAlone));
    expect(decision).toMatchObject({ verdict: "pass", flaky: false, conflictsWith: ["sells"] });
    expect(decision).toMatchObject({ evidence: [{ check: "conflict" }, {}, {}, {}, {}, {}, {}] });
    expect("evidence" in decision && decision.evidence[0]!.detail).toMatch(
      /^conflicts with sells on the same host: it failed at the same time in 2 runs, and passed without it in 4 runs;/,
    );
  });

  test("does so too if it failed once, and passed in all further runs, which were without them", () => {
    expect(decide(shared(), ...times(4, passedAlone))).toMatchObject({ kind: "again" });
    expect(decide(shared(), ...times(5, passedAlone))).toMatchObject({ flaky: false, conflictsWith: ["sells"] });
    const beside = { ...passed("alpha"), siblings: ["sells"] };
    expect(decide(shared(), beside, ...times(4, passedAlone))).toMatchObject({ verdict: "pass", flaky: true });
  });

  test("fails if it fails alone as well", () => {
    expect(decide(shared(), alone(failed("beta")))).toMatchObject({ verdict: "fail" });
    expect(decide(shared(), passedAlone(), passedAlone(), alone(failed("alpha")))).toMatchObject({ verdict: "fail" });
    const back = [shared(), shared("beta"), passedAlone(), passedAlone(), alone(failed("alpha"))];
    expect(decide(...back)).toMatchObject({ verdict: "fail" });
  });

  test("does not run again forever", () => {
    const runs = Array.from({ length: 12 }, (_, index) => shared(index % 2 === 0 ? "alpha" : "beta"));
    expect(decide(...runs)).toMatchObject({ kind: "ending", verdict: "fail" });
  });
});

describe("a test that fails while its environment stays noisy", () => {
  const noisy = (difference: Partial<Attempt> = {}) =>
    dirty({
      baseline: "earlier",
      evidence: [{ check: "name db", result: "bad", detail: "SERVFAIL", at: "2026-01-01T00:00:00.000Z" }],
      ...difference,
    });

  test("runs again beside its baseline", () =>
    expect(decide(noisy())).toMatchObject({ kind: "again", companion: { purpose: "baseline" } }));

  test("fails if the baseline passed beside each of three runs, and the verdict names the noise", () => {
    const decision = decide(noisy(), comparisonRun(), noisy(), comparisonRun(), noisy(), comparisonRun());
    expect(decision).toMatchObject({ verdict: "fail", failureIdentifier: "code/test-failed" });
    expect("evidence" in decision && decision.evidence.map(({ check }) => check)).toEqual(
      expect.arrayContaining(["noise", "name db"]),
    );
  });

  test("ends undiagnosed without a baseline", () => {
    const unknown = noisy({ baseline: null });
    expect(decide(unknown, unknown)).toMatchObject({ kind: "again" });
    expect(decide(unknown, unknown, unknown)).toMatchObject({ failureIdentifier: "unknown/never-clean" });
  });

  test("runs again if other subtests fail each time", () => {
    const runs = ["a", "b", "c"].flatMap((name) => [noisy({ failing: [name] }), comparisonRun()]);
    expect(decide(...runs)).toMatchObject({ kind: "again" });
  });

  test("does not run again forever, even if the baseline never has a result", () => {
    const lost = comparisonRun({ outcome: "infrastructure", failureIdentifier: "infra/machine-lost" });
    const runs = Array.from({ length: 6 }, () => [noisy(), lost]).flat();
    expect(decide(...runs)).toMatchObject({ kind: "ending", abortReason: "undiagnosed" });
  });
});

test("a pass is flaky, and names the subtest, if a subtest passed only in the runner's own rerun", () => {
  const run = attempt({
    flakySubtests: ["a > b"],
    evidence: [
      {
        check: "flaky subtests",
        result: "note",
        detail: "passed only when they were run again: a > b",
        at: "2026-01-01T00:00:00.000Z",
      },
    ],
  });
  expect(decide(run)).toMatchObject({
    verdict: "pass",
    flaky: true,
    evidence: expect.arrayContaining([expect.objectContaining({ check: "flaky subtests" })]),
  });
});
