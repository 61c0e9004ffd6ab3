import { describe, expect, test } from "@jest/globals";
import type { Attempt } from "../../../domain/verdict/attempt.js";
import { judge } from "../../../domain/verdict/judge.js";
import { defaultVerdictPolicy as policy, fullProof } from "../../../domain/verdict/policy.js";
import { beside, failedAfterPass as broke, passed, trouble } from "../../support/attempts.js";

const baseline = (outcome: Attempt["outcome"], machine = "alpha") => beside({ outcome, machine });

describe("a failure held against the source that last passed, at another time", () => {
  const at = (minute: number, made: Attempt): Attempt => ({
    ...made,
    startedAt: `2026-01-01T00:${minute}:00.000Z`,
    testStartedAt: `2026-01-01T00:${minute}:00.000Z`,
    endedAt: `2026-01-01T00:${minute}:30.000Z`,
  });
  const late = [at(10, broke()), at(11, broke("beta")), at(20, baseline("passed"))];
  test("does not stand: what was broken may have been mended since", () => {
    expect(judge(late, policy)).toMatchObject({ purpose: "confirmation", companion: { purpose: "baseline" } });
  });
  test("stands when it shows a third time, with that passing in between", () => {
    const twice = [...late, at(21, broke("beta")), at(22, baseline("passed"))];
    expect(judge(twice, policy)).toMatchObject({ purpose: "confirmation", companion: { purpose: "baseline" } });
    expect(judge([...twice, at(23, broke("beta")), at(24, baseline("passed"))], policy)).toMatchObject({
      verdict: "fail",
    });
  });
  test("stands when it shows while that passes", () => {
    const beside = [...late, at(21, broke("beta")), at(21, baseline("passed"))];
    expect(judge(beside, policy)).toMatchObject({ verdict: "fail" });
  });
  test("that shows twice in ten runs, at times at which that was not run, is no alarm", () => {
    const passes = [12, 13, 14, 15, 17, 18, 19].flatMap((minute) => [
      at(minute, passed("beta")),
      at(minute, baseline("passed")),
    ]);
    const runs = [at(10, broke()), ...passes.slice(0, 8), at(16, broke()), ...passes.slice(8)];
    expect(judge([...runs, at(21, baseline("passed"))], policy)).toMatchObject({ kind: "again", purpose: "recheck" });
    const last = [at(21, baseline("passed")), at(22, passed("beta")), at(22, baseline("passed"))];
    expect(judge([...runs, ...last], policy)).toMatchObject({ verdict: "pass", flaky: true });
  });
  test("is looked for with that beside each further run, however often it has passed beside runs that came to nothing", () => {
    const lost = [12, 13, 14].flatMap((minute) => [
      at(minute, trouble({ host: "beta" })),
      at(minute, baseline("passed")),
    ]);
    const open = [at(10, broke()), at(11, passed("beta")), at(11, baseline("passed")), ...lost];
    const since = [...open, at(15, passed()), at(15, baseline("passed"))];
    expect(judge(since, policy)).toMatchObject({ purpose: "recheck", companion: { purpose: "baseline" } });
  });
  test("is looked for without that beside it where it passed since the last result", () => {
    const open = [at(10, broke()), at(11, passed("beta")), at(11, baseline("passed"))];
    const lost = [at(12, trouble({ host: "beta" })), at(12, baseline("passed"))];
    expect(judge([...open, ...lost], policy)).toMatchObject({ purpose: "recheck", companion: null });
  });
  test("is no alarm when it shows no more", () => {
    const more = [21, 22, 23, 24, 25].flatMap((minute) => [at(minute, passed()), at(minute, baseline("passed"))]);
    expect(judge([...late, ...more], policy)).toMatchObject({ verdict: "pass", flaky: true });
  });
  test("that comes and goes stands when it came three times, with that passing in between", () => {
    const more = [21, 22].flatMap((minute) => [at(minute, passed("beta")), at(minute + 0, baseline("passed"))]);
    const again = [...late, ...more, at(30, broke())];
    expect(judge([...again, at(31, baseline("passed"))], policy)).toMatchObject({ kind: "again" });
    const third = [at(31, baseline("passed")), at(40, broke("beta")), at(41, baseline("passed"))];
    expect(judge([...again, ...third], policy)).toMatchObject({
      verdict: "fail",
      failureIdentifier: "code/intermittent",
    });
  });
  test("does not stand beside a pass that began when it was half over, or whose own build was not beside its", () => {
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
  test("does not stand beside a pass that began after its first subtest had failed", () => {
    const quick = { ...at(11, broke("beta")), failedAt: "2026-01-01T00:11:05.000Z" };
    const since = {
      ...at(11, baseline("passed")),
      testStartedAt: "2026-01-01T00:11:06.000Z",
      endedAt: "2026-01-01T00:11:29.000Z",
    };
    expect(judge([at(10, broke()), quick, since, at(12, broke("beta"))], policy)).toMatchObject({ kind: "again" });
  });
  test("stands without a run at the same time where the suite wants no confirmation", () => {
    const unconfirmed = { ...policy, proof: { ...fullProof, confirmation: false } };
    expect(judge([at(10, broke()), at(11, baseline("passed"))], unconfirmed)).toMatchObject({ verdict: "fail" });
  });
  test("is looked for elsewhere when the runs where it showed come to nothing again and again", () => {
    const there = [at(10, broke()), at(11, passed("beta")), at(11, baseline("passed"))];
    const lost = [12, 13, 14, 15, 16].map((minute) => at(minute, trouble()));
    expect(judge([...there, ...lost.slice(1)], policy)).toMatchObject({ purpose: "recheck", prefer: ["alpha"] });
    expect(judge([...there, ...lost], policy)).toMatchObject({ purpose: "recheck", prefer: [], avoid: ["alpha"] });
  });
  test("stands when that took longer and passed, and it shows once more", () => {
    const long = {
      ...baseline("passed"),
      startedAt: "2026-01-01T00:11:00.000Z",
      testStartedAt: "2026-01-01T00:11:00.000Z",
    };
    const quick = [at(10, broke()), at(11, broke("beta")), { ...long, endedAt: "2026-01-01T00:31:00.000Z" }];
    expect(judge(quick, policy)).toMatchObject({ kind: "again" });
    expect(judge([...quick, at(32, broke("beta"))], policy)).toMatchObject({ verdict: "fail" });
  });
  test("that comes and goes stands when it came back while that passed", () => {
    const beside = [at(30, broke()), at(30, baseline("passed"))];
    const before = [at(21, passed("beta")), at(21, baseline("passed"))];
    expect(judge([at(11, broke("beta")), ...before, ...beside], policy)).toMatchObject({ verdict: "fail" });
  });
  test("that shows on one machine only is looked for there, until that is told apart", () => {
    const there = [at(10, broke()), at(11, passed("beta")), at(11, baseline("passed")), at(12, broke())];
    const [prefer, companion] = [["alpha"], { prefer: ["alpha"] }];
    expect(judge([...there, at(13, baseline("passed"))], policy)).toMatchObject({ kind: "again", prefer, companion });
    const beside = [at(13, baseline("passed")), at(14, broke()), at(14, baseline("passed"))];
    expect(judge([...there, ...beside], policy)).toMatchObject({ verdict: "fail" });
  });
  test("does not stand when that began to pass beside it, and from then on nothing fails", () => {
    const ended = [at(10, broke()), at(11, broke("beta")), at(11, baseline("passed"))].map((each, index) =>
      index === 2 ? { ...each, endedAt: "2026-01-01T00:11:31.000Z" } : each,
    );
    const since = [at(12, passed("beta")), at(13, baseline("passed"))];
    expect(judge([...ended, ...since], policy)).toMatchObject({ kind: "again" });
  });
  test("stands on the only host when it came three times, with that passing in between", () => {
    const twice = [at(10, broke()), at(11, baseline("passed")), at(12, broke())];
    expect(judge(twice, policy)).toMatchObject({ kind: "again", companion: { purpose: "baseline" } });
    expect(judge([...twice, at(13, baseline("passed")), at(14, broke())], policy)).toMatchObject({ verdict: "fail" });
  });
});
