import { describe, expect, test } from "@jest/globals";
import type { Attempt } from "../../../domain/verdict/attempt.js";
import { judge } from "../../../domain/verdict/judge.js";
import { defaultVerdictPolicy as policy } from "../../../domain/verdict/policy.js";
import { comparisonRun, disturbing, failed, passed, infrastructureProblem } from "../../support/attempts.js";

const control = (outcome: Attempt["outcome"] = "passed") => comparisonRun({ purpose: "control", outcome });
const quiet = (outcome: Attempt["outcome"] = "passed") => comparisonRun({ purpose: "quiet", outcome });
const alone = (difference: Partial<Attempt> = {}) => disturbing({ purpose: "isolation", ...difference });
const controlled = { control: "nfs" };

describe("a job that breaks its environment", () => {
  const twice = [disturbing(), disturbing({ machine: "beta" })];
  test("first runs after others and elsewhere", () => {
    expect(judge([disturbing()], policy)).toMatchObject({
      purpose: "test",
      avoid: ["alpha"],
      disturbances: 1,
      exclusive: [],
    });
  });
  test("then runs alone", () => {
    expect(judge(twice, policy)).toMatchObject({
      purpose: "isolation",
      waits: false,
      exclusive: ["service:nfs"],
      disturbances: 2,
    });
    expect(judge([disturbing(), disturbing({ disturbed: ["machine:alpha"] })], policy)).toMatchObject({
      exclusive: ["host", "service:nfs"],
    });
  });
  test("runs alone in turn with a control", () => {
    expect(judge([...twice, alone(controlled)], policy)).toMatchObject({
      waits: true,
      companion: { purpose: "control", exclusive: ["service:nfs"], prefer: ["alpha"], service: "nfs" },
    });
    expect(judge([...twice, alone(controlled), control()], policy)).toMatchObject({
      purpose: "isolation",
      waits: false,
    });
  });
  test("fails when it broke its environment twice and the control never did", () => {
    expect(judge([...twice, alone(controlled), control(), alone(controlled), control()], policy)).toMatchObject({
      verdict: "fail",
      failureIdentifier: "code/breaks-surroundings",
      blame: "code",
    });
  });
  test("is held, and the count starts over, when the environment of the control broke as well", () => {
    expect(judge([...twice, alone(controlled), control("dirty")], policy)).toMatchObject({
      purpose: "test",
      delayMs: policy.backOffMs,
      disturbances: 0,
    });
  });
  test("runs in turn with quiet windows if there is no control, and ends undiagnosed", () => {
    expect(judge([...twice, alone()], policy)).toMatchObject({ waits: true, companion: { purpose: "quiet" } });
    const all = [...twice, alone(), quiet(), alone(), quiet(), alone(), quiet()];
    expect(judge(all, policy)).toMatchObject({ verdict: "abort", abortReason: "undiagnosed" });
    expect(judge(all.slice(0, -1), policy)).toMatchObject({ waits: true });
  });
  test("runs in turn with quiet windows if a known control could not run", () => {
    const all = [...twice, alone(controlled), quiet(), alone(controlled), quiet()];
    expect(judge(all, policy)).toMatchObject({ purpose: "isolation", waits: false });
    const more = [...all, alone(controlled)];
    expect(judge(more, policy)).toMatchObject({ waits: true, companion: { purpose: "quiet" } });
    expect(judge([...more, quiet()], policy)).toMatchObject({ verdict: "abort", abortReason: "undiagnosed" });
  });
  test("passes or fails by its runs, if it has a result alone", () => {
    expect(judge([...twice, { ...passed(), purpose: "isolation" }], policy)).toMatchObject({ verdict: "pass" });
    expect(judge([...twice, { ...failed(), purpose: "isolation" }], policy)).toMatchObject({
      purpose: "confirmation",
      exclusive: ["service:nfs"],
    });
  });
  test("runs alone again after a problem that it did not cause", () => {
    expect(judge([...twice, infrastructureProblem({ purpose: "isolation" })], policy)).toMatchObject({
      exclusive: ["service:nfs"],
    });
    const unexplained = { explained: false };
    const guilty = [...twice, alone(controlled), control()].map((each) => ({ ...each, ...unexplained }));
    expect(judge([...guilty, infrastructureProblem({ purpose: "isolation" })], policy)).toMatchObject({
      purpose: "isolation",
    });
  });
});
