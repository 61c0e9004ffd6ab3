import { describe, expect, test } from "@jest/globals";
import type { Attempt } from "../../../domain/verdict/attempt.js";
import { judge } from "../../../domain/verdict/judge.js";
import { defaultVerdictPolicy as policy } from "../../../domain/verdict/policy.js";
import { beside, disturbing, failed, passed, trouble } from "../../support/attempts.js";

const control = (outcome: Attempt["outcome"] = "passed") => beside({ purpose: "control", outcome });
const quiet = (outcome: Attempt["outcome"] = "passed") => beside({ purpose: "quiet", outcome });
const alone = (difference: Partial<Attempt> = {}) => disturbing({ purpose: "isolation", ...difference });
const controlled = { control: "nfs" };

describe("a job that breaks its environment", () => {
  const twice = [disturbing(), disturbing({ machine: "beta" })];
  test("goes after others and elsewhere at first", () => {
    expect(judge([disturbing()], policy)).toMatchObject({
      purpose: "test",
      avoid: ["alpha"],
      disturbances: 1,
      exclusive: [],
    });
  });
  test("is then tried alone", () => {
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
  test("in turn with a control", () => {
    expect(judge([...twice, alone(controlled)], policy)).toMatchObject({
      waits: true,
      companion: { purpose: "control", exclusive: ["service:nfs"], prefer: ["alpha"], service: "nfs" },
    });
    expect(judge([...twice, alone(controlled), control()], policy)).toMatchObject({
      purpose: "isolation",
      waits: false,
    });
  });
  test("fails when it broke them twice and the control never", () => {
    expect(judge([...twice, alone(controlled), control(), alone(controlled), control()], policy)).toMatchObject({
      verdict: "fail",
      failureIdentifier: "code/breaks-surroundings",
      blame: "code",
    });
  });
  test("is held, and counted again, when the control is in trouble as well", () => {
    expect(judge([...twice, alone(controlled), control("dirty")], policy)).toMatchObject({
      purpose: "test",
      delayMs: policy.backOffMs,
      disturbances: 0,
    });
  });
  test("is tried in turn with quiet windows where there is no control, and ends undiagnosed", () => {
    expect(judge([...twice, alone()], policy)).toMatchObject({ waits: true, companion: { purpose: "quiet" } });
    const all = [...twice, alone(), quiet(), alone(), quiet(), alone(), quiet()];
    expect(judge(all, policy)).toMatchObject({ verdict: "abort", abortReason: "undiagnosed" });
    expect(judge(all.slice(0, -1), policy)).toMatchObject({ waits: true });
  });
  test("is tried with quiet windows where a control was known, and could not be had", () => {
    const all = [...twice, alone(controlled), quiet(), alone(controlled), quiet()];
    expect(judge(all, policy)).toMatchObject({ purpose: "isolation", waits: false });
    const more = [...all, alone(controlled)];
    expect(judge(more, policy)).toMatchObject({ waits: true, companion: { purpose: "quiet" } });
    expect(judge([...more, quiet()], policy)).toMatchObject({ verdict: "abort", abortReason: "undiagnosed" });
  });
  test("passes or fails by its runs, if it gets to a result alone", () => {
    expect(judge([...twice, { ...passed(), purpose: "isolation" }], policy)).toMatchObject({ verdict: "pass" });
    expect(judge([...twice, { ...failed(), purpose: "isolation" }], policy)).toMatchObject({
      purpose: "confirmation",
      exclusive: ["service:nfs"],
    });
  });
  test("runs again alone after trouble that it did not cause", () => {
    expect(judge([...twice, trouble({ purpose: "isolation" })], policy)).toMatchObject({ exclusive: ["service:nfs"] });
    const unexplained = { explained: false };
    const guilty = [...twice, alone(controlled), control()].map((each) => ({ ...each, ...unexplained }));
    expect(judge([...guilty, trouble({ purpose: "isolation" })], policy)).toMatchObject({ purpose: "isolation" });
  });
});
