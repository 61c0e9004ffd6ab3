import { describe, expect, test } from "@jest/globals";
import { type AlarmGroup, falseAlarmReport, falseAlarmText } from "../../../domain/verdict/false-alarms.js";

const group = (difference: Partial<AlarmGroup> = {}): AlarmGroup => ({
  alarms: 1,
  claimed: false,
  ruling: null,
  reopened: "none",
  ...difference,
});

describe("an alarm", () => {
  test.each<[string, Partial<AlarmGroup>, "false" | "in doubt" | "stands"]>([
    ["that nobody doubts", {}, "stands"],
    ["that somebody claims is not their code", { claimed: true }, "in doubt"],
    ["whose claim an admin agrees with", { claimed: true, ruling: "agree" }, "false"],
    ["whose claim an admin disagrees with", { claimed: true, ruling: "disagree" }, "stands"],
    ["that an admin alone finds false", { ruling: "agree" }, "false"],
    ["that is being run again", { reopened: "open" }, "in doubt"],
    ["that passed when run again", { reopened: "pass" }, "false"],
    ["that passed when run again, whatever an admin says", { reopened: "pass", ruling: "disagree" }, "false"],
    ["that fails again in a healthy environment", { reopened: "fail", claimed: true }, "stands"],
    ["that fails again, and that an admin finds false", { reopened: "fail", ruling: "agree" }, "false"],
    ["that had no result when run again", { reopened: "abort" }, "in doubt"],
    [
      "that had no result when run again, and that an admin attributes to the code",
      { reopened: "abort", ruling: "disagree" },
      "stands",
    ],
    [
      "that an admin attributes to the code, and that is being run again",
      { reopened: "open", ruling: "disagree" },
      "in doubt",
    ],
  ])("%s", (_what, difference, is) => {
    const { falseAlarms, inDoubt } = falseAlarmReport([group(difference)]);
    expect({ falseAlarms, inDoubt }).toEqual({
      falseAlarms: is === "false" ? 1 : 0,
      inDoubt: is === "in doubt" ? 1 : 0,
    });
  });
});

test("the rate says how many alarms there were", () => {
  const report = falseAlarmReport([
    group({ alarms: 36 }),
    group({ alarms: 2, reopened: "pass" }),
    group({ alarms: 1, claimed: true }),
    group({ alarms: 1, reopened: "fail" }),
  ]);
  expect(report).toMatchObject({ alarms: 40, falseAlarms: 2, rate: 0.05, inDoubt: 1, rateAtMost: 0.075 });
  expect(report).toMatchObject({ claimed: 1, reopened: 3, passedOnReopening: 2, failedAgain: 1 });
  expect(falseAlarmText(report)).toBe(
    "2 of 40 alarms were found to be false (5.0 %); 1 more in doubt, at most 7.5 %; whether the alarms that nobody doubted were true is not known",
  );
  expect(falseAlarmText(falseAlarmReport([group()]))).toBe(
    "0 of 1 alarm was found to be false (0.0 %); whether the alarms that nobody doubted were true is not known",
  );
});

test("without alarms there is no rate", () => {
  expect(falseAlarmReport([])).toMatchObject({ alarms: 0, rate: null, rateAtMost: null });
  expect(falseAlarmText(falseAlarmReport([]))).toBe("no alarms");
});
