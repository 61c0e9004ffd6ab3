import { describe, expect, test } from "@jest/globals";
import fc from "fast-check";
import { concludeTest, type Ended, type ParsedResults } from "../../../domain/results/conclusion.js";
import type { Claim, Subtest, SubtestCounts } from "../../../domain/verdict/attempt.js";

const exit = (exitCode: number): Ended => ({ exitCode, isTimedOut: false, how: `exit ${exitCode}` });
const killed: Ended = { exitCode: null, isTimedOut: false, how: "was ended by SIGKILL" };
const timedOut: Ended = { exitCode: null, isTimedOut: true, how: "ran into its time limit of 1 s" };
const told = (counts: Partial<SubtestCounts>, more: Partial<ParsedResults> = {}): ParsedResults => ({
  counts: { passed: 0, failed: 0, error: 0, skipped: 0, todo: 0, ...counts },
  subtests: [],
  failing: [],
  failedAt: null,
  bailOut: null,
  problem: null,
  unread: null,
  flaky: [],
  recovered: [],
  skipReason: null,
  remarks: [],
  ...more,
});
const passedOne = told({ passed: 1 });
const failedOne = told({ passed: 1, failed: 1 }, { failing: ["a > b"] });
const missing = told({}, { problem: "report.xml is missing" });
const failedBecause = (message: string) => {
  const subtests: Subtest[] = [{ name: "a > b", result: "failed", message }];
  return { ...failedOne, subtests };
};
const claim: Claim = { service: "nfs", message: "nfs: connection refused" };

describe("the conclusion from a test's end and its results", () => {
  const rows: [string, Ended, ParsedResults | null, object][] = [
    ["exit 0 passes", exit(0), null, { outcome: "passed" }],
    ["another exit code fails, and is named", exit(3), null, candidate("code/test-failed", ["exit 3"])],
    ["a signal fails, and is named", killed, null, candidate("code/test-failed", ["was ended by SIGKILL"])],
    ["exit 77 is a skip", exit(77), null, { outcome: "skipped", reason: "exit 77" }],
    [
      "exit 77 has the reason of the plan",
      exit(77),
      told({}, { skipReason: "no gpu" }),
      { outcome: "skipped", reason: "no gpu" },
    ],
    ["exit 75 is a claim", exit(75), null, claimed([{ service: null, message: "exit 75" }], ["exit 75"])],
    ["a time limit", timedOut, null, candidate("code/timeout", ["ran into its time limit of 1 s"])],
    ["a time limit after a failure names the failure", timedOut, failedOne, candidate("code/timeout", ["a > b"])],
    ["passing subtests and exit 0", exit(0), passedOne, { outcome: "passed" }],
    ["a failing subtest despite exit 0", exit(0), failedOne, candidate("code/test-failed", ["a > b"])],
    ["a failing subtest and exit 1", exit(1), failedOne, candidate("code/test-failed", ["a > b"])],
    ["a failing subtest and exit 77", exit(77), failedOne, candidate("code/test-failed", ["a > b"])],
    ["all passed, but exit 1", exit(1), passedOne, candidate("code/test-failed", ["exit 1"])],
    ["nothing ran", exit(0), told({}), candidate("code/no-result", ["nothing ran"])],
    ["nothing ran, and exit 1", exit(1), told({}), candidate("code/test-failed", ["exit 1"])],
    ["all skipped", exit(0), told({ skipped: 3 }), { outcome: "skipped", reason: "all 3 subtests were skipped" }],
    [
      "a plan of none with a reason",
      exit(0),
      told({}, { skipReason: "no net" }),
      { outcome: "skipped", reason: "no net" },
    ],
    ["all skipped, but exit 1", exit(1), told({ skipped: 3 }), candidate("code/test-failed", ["exit 1"])],
    ["results beyond a limit of the grid, and exit 0", exit(0), told({}, { unread: "x" }), { outcome: "passed" }],
    [
      "results beyond a limit of the grid, and exit 1",
      exit(1),
      told({}, { unread: "x" }),
      candidate("code/test-failed", ["exit 1"]),
    ],
    ["some skipped, some passed", exit(0), told({ skipped: 3, passed: 1 }), { outcome: "passed" }],
    ["todo is no failure", exit(0), told({ todo: 1, passed: 1 }), { outcome: "passed" }],
    ["a missing file despite exit 0", exit(0), missing, candidate("code/no-result", ["report.xml is missing"])],
    ["a missing file and exit 2", exit(2), missing, candidate("code/test-failed", ["exit 2"])],
    [
      "incomplete results despite exit 0",
      exit(0),
      told({ passed: 3 }, { problem: "5 subtests were planned, 3 ran" }),
      candidate("code/no-result", ["5 subtests were planned, 3 ran"]),
    ],
    [
      "failing subtests in incomplete results",
      exit(0),
      told({ failed: 1 }, { problem: "5 subtests were planned, 3 ran", failing: ["x"] }),
      candidate("code/test-failed", ["x"]),
    ],
    [
      "a bail-out is a claim, whatever the exit code",
      exit(0),
      told({ passed: 1 }, { bailOut: "no disk" }),
      claimed([{ service: null, message: "Bail out! no disk" }], ["exit 0"]),
    ],
    [
      "a bail-out after a failure names the failure too, in case the claim is not believed",
      exit(1),
      told({ failed: 1 }, { bailOut: "", failing: ["x"] }),
      claimed([{ service: null, message: "Bail out!" }], ["x"]),
    ],
  ];
  test.each(rows)("%s", (_name, ended, results, expected) => {
    expect(concludeTest(ended, results, [])).toMatchObject(expected);
  });

  test("problems with the results are noted", () => {
    expect(concludeTest(exit(2), missing, []).notes).toEqual([{ check: "results", detail: "report.xml is missing" }]);
  });
});

describe("an error of the test library", () => {
  const rows: [string, Ended, ParsedResults | null, object][] = [
    ["is a claim if the test failed", exit(1), null, claimed([claim], ["exit 1"])],
    ["names the service of exit 75", exit(75), null, claimed([claim], ["exit 75"])],
    ["is ignored if the test passed, because the test handled it", exit(0), null, { outcome: "passed" }],
    ["is ignored if all subtests passed", exit(0), passedOne, { outcome: "passed" }],
    ["is a claim if a subtest failed and does not say why", exit(1), failedOne, claimed([claim], ["a > b"])],
    [
      "is a claim if a subtest failed because of it",
      exit(1),
      failedBecause("Error: nfs:  connection\nrefused at x"),
      claimed([claim], ["a > b"]),
    ],
    ["does not excuse another failure", exit(1), failedBecause("1 !== 2"), candidate("code/test-failed", ["a > b"])],
    ["does not excuse a time limit", timedOut, null, candidate("code/timeout", [timedOut.how])],
  ];
  test.each(rows)("%s", (_name, ended, results, expected) => {
    expect(concludeTest(ended, results, [claim])).toMatchObject(expected);
  });
});

test("a test passes only with exit 0, at least one result and no failure", () => {
  const count = fc.nat({ max: 3 });
  const anything = fc.record({
    ended: fc.record({
      exitCode: fc.option(fc.constantFrom(0, 1, 75, 77)),
      isTimedOut: fc.boolean(),
      how: fc.string(),
    }),
    counts: fc.record({ passed: count, failed: count, error: count, skipped: count, todo: count }),
    bailOut: fc.option(fc.string()),
    problem: fc.option(fc.string()),
    claims: fc.array(fc.constant(claim), { maxLength: 1 }),
  });
  fc.assert(
    fc.property(anything, ({ ended, counts, bailOut, problem, claims }) => {
      const failing = counts.failed + counts.error > 0 ? ["x"] : [];
      const conclusion = concludeTest(ended, told(counts, { bailOut, problem, failing }), claims);
      const isGreen =
        ended.exitCode === 0 &&
        !ended.isTimedOut &&
        bailOut === null &&
        problem === null &&
        failing.length === 0 &&
        counts.passed + counts.todo > 0;
      expect(conclusion.outcome === "passed").toBe(isGreen);
      if ("failing" in conclusion) expect(conclusion.failing.length).toBeGreaterThan(0);
      if (conclusion.outcome === "skipped")
        expect([counts.passed, counts.todo, ...failing]).toEqual([
          ended.exitCode === 77 ? counts.passed : 0,
          ended.exitCode === 77 ? counts.todo : 0,
        ]);
    }),
  );
});

function candidate(failureIdentifier: string, failing: string[]) {
  return { outcome: "candidate", failureIdentifier, failing };
}

function claimed(claims: Claim[], failing: string[]) {
  return { outcome: "claimed", claims, failing };
}
