import { describe, expect, test } from "@jest/globals";
import type { Attempt } from "../../../domain/verdict/attempt.js";
import { judge } from "../../../domain/verdict/judge.js";
import { defaultVerdictPolicy as policy, fullProof } from "../../../domain/verdict/policy.js";
import { comparisonRun, failedAfterPass as broke, passed, infrastructureProblem } from "../../support/attempts.js";

const baseline = (outcome: Attempt["outcome"], machine = "alpha") => comparisonRun({ outcome, machine });

describe("a failure whose baseline passed at another time", () => {
  const at = (minute: number, made: Attempt): Attempt => ({
    ...made,
    startedAt: `2026-01-01T00:${minute}:00.000Z`,
    testStartedAt: `2026-01-01T00:${minute}:00.000Z`,
    endedAt: `2026-01-01T00:${minute}:30.000Z`,
  });
  const late = [at(10, broke()), at(11, broke("beta")), at(20, baseline("passed"))];
  test("runs again together with the baseline, because the environment may have recovered in between", () => {
    expect(judge(late, policy)).toMatchObject({ purpose: "confirmation", companion: { purpose: "baseline" } });
  });
  test("is confirmed when it came three times, with passes of the baseline in between", () => {
    const twice = [...late, at(21, broke("beta")), at(22, baseline("passed"))];
    expect(judge(twice, policy)).toMatchObject({ purpose: "confirmation", companion: { purpose: "baseline" } });
    expect(judge([...twice, at(23, broke("beta")), at(24, baseline("passed"))], policy)).toMatchObject({
      verdict: "fail",
    });
  });
  test("is confirmed when it comes back while the baseline passes", () => {
    const beside = [...late, at(21, broke("beta")), at(21, baseline("passed"))];
    expect(judge(beside, policy)).toMatchObject({ verdict: "fail" });
  });
  test("is no alarm if it came twice in ten runs, each time while no baseline ran", () => {
    const passes = [12, 13, 14, 15, 17, 18, 19].flatMap((minute) => [
      at(minute, passed("beta")),
      at(minute, baseline("passed")),
    ]);
    const runs = [at(10, broke()), ...passes.slice(0, 8), at(16, broke()), ...passes.slice(8)];
    expect(judge([...runs, at(21, baseline("passed"))], policy)).toMatchObject({ kind: "again", purpose: "recheck" });
    const last = [at(21, baseline("passed")), at(22, passed("beta")), at(22, baseline("passed"))];
    expect(judge([...runs, ...last], policy)).toMatchObject({ verdict: "pass", flaky: true });
  });
  test("runs again with the baseline, also after many passes of the baseline next to runs without a result", () => {
    const lost = [12, 13, 14].flatMap((minute) => [
      at(minute, infrastructureProblem({ host: "beta" })),
      at(minute, baseline("passed")),
    ]);
    const open = [at(10, broke()), at(11, passed("beta")), at(11, baseline("passed")), ...lost];
    const since = [...open, at(15, passed()), at(15, baseline("passed"))];
    expect(judge(since, policy)).toMatchObject({ purpose: "recheck", companion: { purpose: "baseline" } });
  });
  test("runs again without the baseline if the baseline has passed since the last result", () => {
    const open = [at(10, broke()), at(11, passed("beta")), at(11, baseline("passed"))];
    const lost = [at(12, infrastructureProblem({ host: "beta" })), at(12, baseline("passed"))];
    expect(judge([...open, ...lost], policy)).toMatchObject({ purpose: "recheck", companion: null });
  });
  test("is no alarm when it does not come back", () => {
    const more = [21, 22, 23, 24, 25].flatMap((minute) => [at(minute, passed()), at(minute, baseline("passed"))]);
    expect(judge([...late, ...more], policy)).toMatchObject({ verdict: "pass", flaky: true });
  });
  test("that is intermittent is confirmed when it came three times, with passes of the baseline in between", () => {
    const more = [21, 22].flatMap((minute) => [at(minute, passed("beta")), at(minute + 0, baseline("passed"))]);
    const again = [...late, ...more, at(30, broke())];
    expect(judge([...again, at(31, baseline("passed"))], policy)).toMatchObject({ kind: "again" });
    const third = [at(31, baseline("passed")), at(40, broke("beta")), at(41, baseline("passed"))];
    expect(judge([...again, ...third], policy)).toMatchObject({
      verdict: "fail",
      failureIdentifier: "code/intermittent",
    });
  });
  test("is not confirmed by a pass that began when it was half over, or whose build ran at another time", () => {
    const late = {
      ...at(11, baseline("passed")),
      testStartedAt: "2026-01-01T00:11:20.000Z",
      endedAt: "2026-01-01T00:11:29.000Z",
    };
    expect(judge([at(10, broke()), at(11, broke("beta")), late], policy)).toMatchObject({ kind: "again" });
    const build = (minute: number) => ({ ...at(minute, broke("beta")), phase: "build" as const, testStartedAt: null });
    const early = {
      ...at(10, baseline("passed", "beta")),
      testStartedAt: "2026-01-01T00:11:00.000Z",
      endedAt: "2026-01-01T00:11:20.000Z",
    };
    expect(judge([build(9), early, build(11)], policy)).toMatchObject({ kind: "again" });
    expect(judge([build(10), at(11, baseline("passed", "beta")), build(11)], policy)).toMatchObject({
      verdict: "fail",
    });
  });
  test("is not confirmed by a pass that began after its first subtest had failed", () => {
    const quick = { ...at(11, broke("beta")), failedAt: "2026-01-01T00:11:05.000Z" };
    const since = {
      ...at(11, baseline("passed")),
      testStartedAt: "2026-01-01T00:11:06.000Z",
      endedAt: "2026-01-01T00:11:29.000Z",
    };
    expect(judge([at(10, broke()), quick, since, at(12, broke("beta"))], policy)).toMatchObject({ kind: "again" });
  });
  test("is confirmed without a run at the same time if the suite leaves out confirmation", () => {
    const unconfirmed = { ...policy, proof: { ...fullProof, confirmation: false } };
    expect(judge([at(10, broke()), at(11, baseline("passed"))], unconfirmed)).toMatchObject({ verdict: "fail" });
  });
  test("runs again elsewhere if the runs on its machine repeatedly have no result", () => {
    const there = [at(10, broke()), at(11, passed("beta")), at(11, baseline("passed"))];
    const lost = [12, 13, 14, 15, 16].map((minute) => at(minute, infrastructureProblem()));
    expect(judge([...there, ...lost.slice(1)], policy)).toMatchObject({ purpose: "recheck", prefer: ["alpha"] });
    expect(judge([...there, ...lost], policy)).toMatchObject({ purpose: "recheck", prefer: [], avoid: ["alpha"] });
  });
  test("is confirmed when the baseline took longer and passed, and it comes back once more", () => {
    const long = {
      ...baseline("passed"),
      startedAt: "2026-01-01T00:11:00.000Z",
      testStartedAt: "2026-01-01T00:11:00.000Z",
    };
    const quick = [at(10, broke()), at(11, broke("beta")), { ...long, endedAt: "2026-01-01T00:31:00.000Z" }];
    expect(judge(quick, policy)).toMatchObject({ kind: "again" });
    expect(judge([...quick, at(32, broke("beta"))], policy)).toMatchObject({ verdict: "fail" });
  });
  test("that is intermittent is confirmed when it came back while the baseline passed", () => {
    const beside = [at(30, broke()), at(30, baseline("passed"))];
    const before = [at(21, passed("beta")), at(21, baseline("passed"))];
    expect(judge([at(11, broke("beta")), ...before, ...beside], policy)).toMatchObject({ verdict: "fail" });
  });
  test("that shows on one machine only runs there again, until it fails there while the baseline passes", () => {
    const there = [at(10, broke()), at(11, passed("beta")), at(11, baseline("passed")), at(12, broke())];
    const [prefer, companion] = [["alpha"], { prefer: ["alpha"] }];
    expect(judge([...there, at(13, baseline("passed"))], policy)).toMatchObject({ kind: "again", prefer, companion });
    const beside = [at(13, baseline("passed")), at(14, broke()), at(14, baseline("passed"))];
    expect(judge([...there, ...beside], policy)).toMatchObject({ verdict: "fail" });
  });
  test("is not confirmed if nothing fails any more after the baseline's first pass", () => {
    const ended = [at(10, broke()), at(11, broke("beta")), at(11, baseline("passed"))].map((each, index) =>
      index === 2 ? { ...each, endedAt: "2026-01-01T00:11:31.000Z" } : each,
    );
    const since = [at(12, passed("beta")), at(13, baseline("passed"))];
    expect(judge([...ended, ...since], policy)).toMatchObject({ kind: "again" });
  });
  test("is confirmed on the only host when it came three times, with passes of the baseline in between", () => {
    const twice = [at(10, broke()), at(11, baseline("passed")), at(12, broke())];
    expect(judge(twice, policy)).toMatchObject({ kind: "again", companion: { purpose: "baseline" } });
    expect(judge([...twice, at(13, baseline("passed")), at(14, broke())], policy)).toMatchObject({ verdict: "fail" });
  });
});
