import { describe, expect, test } from "@jest/globals";
import {
  type AttemptSeen,
  comparisonText,
  verificationProgress,
  type JobInVerification,
} from "../../../domain/verdict/verification-progress.js";
import { companionPurposes } from "../../../domain/verdict/attempt.js";

const ended = "2026-01-01T00:00:00.000Z";
const seen = (difference: Partial<AttemptSeen> = {}): AttemptSeen => ({
  number: 1,
  purpose: "test",
  machine: "alpha",
  endedAt: ended,
  outcome: "candidate",
  failing: ["adds up"],
  companion: null,
  ...difference,
});
const job = (difference: Partial<JobInVerification> = {}): JobInVerification => ({
  state: "waiting",
  verdict: null,
  attempts: [seen()],
  inLineFor: "confirmation",
  companion: null,
  ...difference,
});
const running = (purpose: AttemptSeen["purpose"], more: Partial<AttemptSeen> = {}): AttemptSeen =>
  seen({ number: 2, purpose, machine: "beta", endedAt: null, outcome: null, failing: [], ...more });
const baseline = { jobId: "j.baseline.1", purpose: "baseline", state: "running", verdict: null } as const;
const textOf = (unproved: JobInVerification) => {
  const standing = verificationProgress(unproved);
  return standing === null ? null : [...standing.known, ...standing.wanted].map(({ text }) => text);
};

describe("a failure that is no verdict yet", () => {
  test.each<[string, Partial<JobInVerification>, string[]]>([
    [
      "waits for a machine for its confirmation",
      {},
      [
        "Attempt 1 failed on alpha: adds up.",
        "Next: a confirmation, on another machine if there is one. It waits for a machine.",
      ],
    ],
    [
      "is held on its way to the confirmation",
      { state: "held" },
      ["Attempt 1 failed on alpha: adds up.", "Next: a confirmation, on another machine if there is one. It is held."],
    ],
    [
      "is rechecked",
      {
        state: "running",
        inLineFor: null,
        attempts: [
          seen(),
          seen({ number: 2, purpose: "confirmation", machine: "beta", outcome: "passed" }),
          running("recheck", { number: 3, machine: "alpha" }),
        ],
      },
      [
        "Attempt 1 failed on alpha: adds up.",
        "Attempt 2, a confirmation, passed on beta.",
        "Next: another run, because the failure did not come back. It is running on alpha, attempt 3.",
      ],
    ],
    [
      "is confirmed while the last passing source runs beside it",
      { state: "running", inLineFor: null, attempts: [seen(), running("confirmation")], companion: baseline },
      [
        "Attempt 1 failed on alpha: adds up.",
        "Next: a confirmation, on another machine if there is one. It is running on beta, attempt 2.",
        "Next: a run of the last passing source, for comparison (job j.baseline.1, it is running).",
      ],
    ],
    [
      "waits only for the last passing source",
      {
        state: "verifying",
        inLineFor: null,
        attempts: [seen(), seen({ number: 2, purpose: "confirmation", machine: "beta" })],
        companion: { ...baseline, state: "held" },
      },
      [
        "Attempt 1 failed on alpha: adds up.",
        "Attempt 2, a confirmation, failed on beta: adds up.",
        "Next: a run of the last passing source, for comparison (job j.baseline.1, it is held).",
      ],
    ],
    [
      "is held because its environment has changed",
      {
        state: "held",
        inLineFor: "test",
        attempts: [seen(), seen({ number: 2, purpose: "baseline", companion: "j.baseline.1", machine: "beta" })],
      },
      [
        "Attempt 1 failed on alpha: adds up.",
        "Attempt 2, of the last passing source, does not pass on beta any more: adds up. The environment of the test has changed.",
        "Next: rerun the test; verification has restarted. It is held.",
      ],
    ],
    [
      "is compared with what is known about its environment",
      { state: "verifying", inLineFor: null, attempts: [seen(), running("confirmation")] },
      ["Attempt 1 failed on alpha: adds up.", "Attempt 2 is compared with what is known about its environment."],
    ],
    [
      "had infrastructure problems in between",
      {
        attempts: [
          seen(),
          seen({ number: 2, purpose: "confirmation", outcome: "dirty" }),
          seen({ number: 3, purpose: "confirmation", outcome: "infrastructure" }),
        ],
      },
      [
        "Attempt 1 failed on alpha: adds up.",
        "Attempt 2, a confirmation, ran on alpha in an unhealthy environment: that proves nothing.",
        "Attempt 3, a confirmation, was stopped on alpha by infrastructure: that proves nothing.",
        "Next: a confirmation, on another machine if there is one. It waits for a machine.",
      ],
    ],
    [
      "runs alone",
      {
        inLineFor: "isolation",
        attempts: [seen({ outcome: "dirty" }), seen({ number: 2, outcome: "dirty" })],
        companion: { jobId: "j.control.1", purpose: "control", state: "finished", verdict: "pass" },
      },
      [
        "Attempt 1 ran on alpha in an unhealthy environment: that proves nothing.",
        "Attempt 2 ran on alpha in an unhealthy environment: that proves nothing.",
        "Next: a run alone, while no other job uses what broke. It waits for a machine.",
        "Next: a control: a test that passes, in turn with the job that runs alone (job j.control.1, it has ended).",
      ],
    ],
  ])("%s", (_what, difference, lines) => expect(textOf(job(difference))).toEqual(lines));

  test("names at most twenty subtests", () => {
    const failing = Array.from({ length: 50 }, (_each, index) => `t${index}`);
    expect(textOf(job({ attempts: [seen({ failing })] }))?.[0]).toMatch(/t18, t19\.$/);
  });

  test("leads to the comparison runs", () => {
    const beside = seen({ number: 2, purpose: "baseline", outcome: "passed", companion: "j.baseline.1" });
    expect(verificationProgress(job({ attempts: [seen(), beside] }))?.known.map(({ jobId }) => jobId)).toEqual([
      null,
      "j.baseline.1",
    ]);
  });
});

describe("nothing is verified", () => {
  test.each<[string, Partial<JobInVerification>]>([
    ["before the first result", { attempts: [], inLineFor: "test" }],
    ["while the first attempt runs", { attempts: [running("test")] }],
    ["after infrastructure problems only", { attempts: [seen({ outcome: "infrastructure" })], inLineFor: "test" }],
    ["when there is a verdict", { verdict: "fail", state: "finished" }],
  ])("%s", (_what, difference) => expect(verificationProgress(job(difference))).toBeNull());
});

test.each(companionPurposes)("a job that runs as %s says what it is", (purpose) => {
  expect(comparisonText(purpose)).not.toMatch(/undefined/);
});
