import { describe, expect, test } from "@jest/globals";
import type { Attempt } from "../../../domain/verdict/attempt.js";
import { judge } from "../../../domain/verdict/judge.js";
import { defaultVerdictPolicy } from "../../../domain/verdict/policy.js";
import { attempt, beside, claim, dirty, failed, passed } from "../../support/attempts.js";

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

  test("after trouble, ends it as well", () =>
    expect(decide(dirty(), skipped())).toMatchObject({ abortReason: "skipped" }));

  test("proves nothing if something around it was bad: it is run again", () => {
    expect(decide({ ...skipped(), outcome: "dirty" })).toMatchObject({ kind: "again" });
  });

  test("is looked for where it failed, and not where it skipped", () =>
    expect(decide(failed(), skipped("beta"))).toMatchObject({ avoid: ["beta"], prefer: ["alpha"] }));

  test("proves nothing where it failed before, and ends undecided", () => {
    expect(decide(failed(), skipped("beta"))).toMatchObject({ kind: "again", purpose: "confirmation" });
    expect(decide(failed(), skipped("beta"), skipped("gamma"))).toMatchObject({
      verdict: "abort",
      abortReason: "undiagnosed",
      failureIdentifier: "unknown/skips-and-fails",
    });
  });
});

describe("a test that says three times that its environment is to blame, where no probe agrees", () => {
  const claims = (difference: Partial<Attempt> = {}) => [
    claim(difference),
    claim({ machine: "beta", ...difference }),
    claim(difference),
  ];

  test("fails if the source that last passed passes now", () => {
    const decision = decide(...claims({ baseline: "earlier" }), beside());
    expect(decision).toMatchObject({ verdict: "fail" });
    expect("evidence" in decision && decision.evidence.some(({ check }) => check === "claim")).toBe(true);
  });

  test("is left undecided if that says the same, or none is known", () => {
    const undecided = { verdict: "abort", abortReason: "undiagnosed", failureIdentifier: "unknown/claimed-by-test" };
    expect(decide(...claims())).toMatchObject(undecided);
    const says = beside({ outcome: "infrastructure", failureIdentifier: "infra/claimed-by-test" });
    expect(decide(...claims({ baseline: "earlier" }), says)).toMatchObject(undecided);
  });

  test("fails by its other failures, if these were confirmed", () => {
    expect(decide(...claims(), failed("alpha"), failed("beta"))).toMatchObject({ verdict: "fail" });
    expect(decide(claim(), claim(), failed("beta"), claim())).toMatchObject({ abortReason: "undiagnosed" });
  });
});

describe("a test that fails beside others of its project on one host", () => {
  const shared = (machine = "alpha"): Attempt => ({ ...failed(machine), siblings: ["sells"] });
  const alone = (run: Attempt): Attempt => ({ ...run, siblings: [] });

  const times = (count: number, run: () => Attempt) => Array.from({ length: count }, run);
  const passedAlone = () => alone(passed("alpha"));

  test("is run again anywhere first", () =>
    expect(decide(shared())).toMatchObject({ kind: "again", purpose: "confirmation", exclusive: [] }));

  test("is run alone where it failed beside the same ones twice", () => {
    expect(decide(shared(), shared("beta"))).toMatchObject({ kind: "again", exclusive: ["host"] });
    const others = { ...failed("beta"), siblings: ["counts"] };
    expect(decide(shared(), others)).toMatchObject({ kind: "ending", verdict: "fail" });
  });

  test("passes, and is kept apart from them, if it passes alone as often as any test that failed once", () => {
    expect(decide(shared(), shared("beta"), ...times(3, passedAlone))).toMatchObject({ exclusive: ["host"] });
    const decision = decide(shared(), shared("beta"), ...times(4, passedAlone));
    expect(decision).toMatchObject({ verdict: "pass", flaky: false, conflictsWith: ["sells"] });
    expect(decision).toMatchObject({ evidence: [{ check: "conflict" }, {}, {}, {}, {}, {}, {}] });
    expect("evidence" in decision && decision.evidence[0]!.detail).toMatch(
      /^conflicts with sells on the same host: it failed beside it in 2 runs, and passed without it in 4 runs;/,
    );
  });

  test("so it does if it failed once, and passed in all further runs, which were without them", () => {
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

  test("is not run again for ever", () => {
    const runs = Array.from({ length: 12 }, (_, index) => shared(index % 2 === 0 ? "alpha" : "beta"));
    expect(decide(...runs)).toMatchObject({ kind: "ending", verdict: "fail" });
  });
});

describe("a test that fails in a noise that does not end", () => {
  const noisy = (difference: Partial<Attempt> = {}) =>
    dirty({
      baseline: "earlier",
      evidence: [{ check: "name db", result: "bad", detail: "SERVFAIL", at: "2026-01-01T00:00:00.000Z" }],
      ...difference,
    });

  test("has the last passing source run beside it", () =>
    expect(decide(noisy())).toMatchObject({ kind: "again", companion: { purpose: "baseline" } }));

  test("fails if that passed beside each of three runs, and the verdict names the noise", () => {
    const decision = decide(noisy(), beside(), noisy(), beside(), noisy(), beside());
    expect(decision).toMatchObject({ verdict: "fail", failureIdentifier: "code/test-failed" });
    expect("evidence" in decision && decision.evidence.map(({ check }) => check)).toEqual(
      expect.arrayContaining(["noise", "name db"]),
    );
  });

  test("is left undecided without such a source", () => {
    const unknown = noisy({ baseline: null });
    expect(decide(unknown, unknown)).toMatchObject({ kind: "again" });
    expect(decide(unknown, unknown, unknown)).toMatchObject({ failureIdentifier: "unknown/never-clean" });
  });

  test("is left undecided if other subtests fail each time", () => {
    const runs = ["a", "b", "c"].flatMap((name) => [noisy({ failing: [name] }), beside()]);
    expect(decide(...runs)).toMatchObject({ kind: "again" });
  });

  test("is not run again for ever, whatever becomes of that source", () => {
    const lost = beside({ outcome: "infrastructure", failureIdentifier: "infra/machine-lost" });
    const runs = Array.from({ length: 6 }, () => [noisy(), lost]).flat();
    expect(decide(...runs)).toMatchObject({ kind: "ending", abortReason: "undiagnosed" });
  });
});

test("a subtest that passed only on the runner's own rerun makes a pass flaky, with its name", () => {
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
