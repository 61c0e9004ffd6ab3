import { describe, expect, test } from "@jest/globals";
import {
  doubtfulRuns,
  type KnownOutage,
  provingRuns,
  type ReportedFailure,
} from "../../../domain/verdict/reverification/late-outage.js";
import { attempt, comparisonRun, dirty, failed, passed } from "../../support/attempts.js";

const at = (second: number) => new Date(Date.UTC(2026, 0, 1, 0, 0, second)).toISOString();
const clock = { clockOffsetMs: 0, clockErrorMs: 0 };
/** A failing run whose test ran from second 10 to 20, on a machine whose clock is the grid's. */
const run = {
  ...failed("alpha"),
  ...clock,
  startedAt: at(5),
  testStartedAt: at(10),
  endedAt: at(20),
};
const told: ReportedFailure = {
  failureIdentifier: "code/test-failed",
  requirements: ["service:nfs", "command:git"],
  disturbs: [],
  attempts: [run],
};
const outage = (from: number, to: number | null, more: Partial<KnownOutage> = {}): KnownOutage => ({
  service: "nfs",
  machine: null,
  from: at(from),
  since: at(from),
  to: to === null ? null : at(to),
  detail: "",
  ...more,
});

describe("an outage", () => {
  test.each<[string, KnownOutage, number]>([
    ["within the test's run", outage(12, 13), 1],
    ["that has not ended", outage(12, null), 1],
    ["that ended as the test began", outage(1, 10), 1],
    ["that was over before the test began", outage(1, 9), 0],
    ["that came after the test's end", outage(21, 30), 0],
    ["of a service that is not required", outage(12, 13, { service: "mirror" }), 0],
    ["on the machine that it failed on", outage(12, 13, { machine: "alpha" }), 1],
    ["on another machine", outage(12, 13, { machine: "beta" }), 0],
    ["that reaches back to the last good probe", outage(8, 30, { since: at(25) }), 1],
  ])("%s", (_what, known, doubtful) => {
    expect(doubtfulRuns(told, known)).toHaveLength(doubtful);
  });

  test("of a service that the test breaks on purpose makes no run doubtful", () => {
    expect(doubtfulRuns({ ...told, disturbs: ["service:nfs"] }, outage(12, 13))).toEqual([]);
  });

  test("after the first failing subtest makes no run doubtful", () => {
    const early = { ...told, attempts: [{ ...run, failedAt: at(12) }] };
    expect(doubtfulRuns(early, outage(14, 15))).toEqual([]);
    expect(doubtfulRuns(early, outage(11, 12))).toHaveLength(1);
  });

  test("is compared by the grid's clock, and in doubt with all times that the machine's clock may mean", () => {
    const skewed = { ...told, attempts: [{ ...run, clockOffsetMs: 30_000, clockErrorMs: 500 }] };
    expect(doubtfulRuns(skewed, outage(12, 13))).toEqual([]);
    expect(doubtfulRuns(skewed, outage(51, 52))).toEqual([]);
    expect(doubtfulRuns(skewed, outage(40, 41))).toHaveLength(1);
    const { clockOffsetMs: _offset, clockErrorMs: _error, ...unmeasured } = run;
    expect(doubtfulRuns({ ...told, attempts: [unmeasured] }, outage(21, 22))).toHaveLength(1);
  });
});

describe("a failure rests on", () => {
  const rests = (...attempts: ReportedFailure["attempts"]) =>
    provingRuns({ ...told, attempts: attempts.map((each, index) => ({ ...each, number: index + 1 })) }).map(
      ({ number }) => number,
    );
  test.each<[string, number[], ReportedFailure["attempts"]]>([
    ["its run and the confirmation", [1, 2], [failed(), failed("beta"), comparisonRun()]],
    ["no run that proves nothing, and none that passed", [1, 4], [failed(), dirty(), passed(), failed("beta")]],
    [
      "no run from before its count started over",
      [3],
      [failed(), comparisonRun({ outcome: "candidate" }), failed("beta"), comparisonRun()],
    ],
    [
      "claims of the test that no probe backed",
      [1],
      [
        attempt({ outcome: "infrastructure", failureIdentifier: "infra/claimed-by-test" }),
        attempt({ outcome: "infrastructure", failureIdentifier: "infra/claimed-by-test", claimBacked: true }),
      ],
    ],
  ])("%s", (_what, numbers, attempts) => expect(rests(...attempts)).toEqual(numbers));

  test("no runs, if the failure is that the test breaks its environment", () => {
    expect(provingRuns({ ...told, failureIdentifier: "code/breaks-surroundings" })).toEqual([]);
  });
});
