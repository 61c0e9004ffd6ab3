import { describe, expect, test } from "@jest/globals";
import type { Attempt } from "../../../domain/verdict/attempt.js";
import { judge } from "../../../domain/verdict/judge.js";
import { defaultVerdictPolicy as policy, fullProof } from "../../../domain/verdict/policy.js";
import {
  attempt,
  comparisonRun,
  disturbing,
  failed,
  failedAfterPass as broke,
  passed,
  infrastructureProblem,
} from "../../support/attempts.js";

const baseline = (outcome: Attempt["outcome"], machine = "alpha") => comparisonRun({ outcome, machine });
const timeout = (machine: string) =>
  attempt({
    machine,
    outcome: "candidate",
    failureIdentifier: "code/timeout",
    failing: ["time limit"],
    baseline: "earlier",
  });

describe("a failure that is compared with its baseline", () => {
  const endings: [string, Attempt[], object][] = [
    [
      "is confirmed when the baseline passes",
      [broke(), broke("beta"), baseline("passed")],
      { verdict: "fail", blame: "code" },
    ],
    [
      "is confirmed when the baseline has no result",
      [broke(), broke("beta"), baseline("infrastructure")],
      { verdict: "fail" },
    ],
    [
      "on the only host is confirmed when the baseline passes there in between",
      [broke(), baseline("passed"), broke()],
      { verdict: "fail" },
    ],
    [
      "that shows on one machine only is confirmed when the baseline passes there",
      [broke(), baseline("passed"), passed("beta"), baseline("passed"), broke()],
      { verdict: "fail", failureIdentifier: "code/intermittent" },
    ],
    [
      "is no alarm when the baseline is intermittent as well",
      [broke(), passed("beta"), baseline("passed"), broke(), baseline("candidate")],
      { verdict: "pass", flaky: true },
    ],
    [
      "by time limit is confirmed when both runs exceed the limit",
      [timeout("alpha"), timeout("alpha"), baseline("passed", "beta"), baseline("passed")],
      { verdict: "fail" },
    ],
  ];
  test.each(endings)("%s", (_name, attempts, ending) => {
    expect(judge(attempts, policy)).toMatchObject({ kind: "ending", ...ending });
  });

  const continuations: [string, Attempt[], object][] = [
    [
      "runs again while the baseline runs beside it",
      [broke()],
      {
        purpose: "confirmation",
        waits: false,
        avoid: ["alpha"],
        companion: { purpose: "baseline", prefer: ["alpha"] },
      },
    ],
    [
      "waits for the baseline after its confirmation",
      [broke(), broke("beta")],
      { waits: true, companion: { purpose: "baseline" } },
    ],
    [
      "asks for the baseline on the only host that failed",
      [broke(), broke(), baseline("passed", "beta")],
      { waits: true, companion: { purpose: "baseline", prefer: ["alpha"] } },
    ],
    [
      "is held, and the count starts over, when the baseline fails too",
      [broke(), broke("beta"), baseline("candidate")],
      {
        purpose: "test",
        delayMs: policy.backOffMs,
        companion: null,
        because: expect.objectContaining({ failureIdentifier: "infra/environment-changed" }),
      },
    ],
    [
      "waits longer each time the baseline fails too",
      [broke(), baseline("candidate"), broke(), baseline("candidate"), broke("beta"), baseline("candidate")],
      { delayMs: 4 * policy.backOffMs },
    ],
    [
      "by time limit runs again alone on its machine",
      [timeout("alpha")],
      { prefer: ["alpha"], exclusive: ["host"], timeoutFactor: 2 },
    ],
    [
      "among many others, without a baseline, runs once more later",
      [failed(), { ...failed("beta"), crowded: true }],
      {
        purpose: "confirmation",
        delayMs: policy.crowdWaitMs,
        because: expect.objectContaining({ failureIdentifier: "infra/environment-suspected" }),
      },
    ],
  ];
  test.each(continuations)("%s", (_name, attempts, again) => {
    expect(judge(attempts, policy)).toMatchObject({ kind: "again", ...again });
  });

  test("among many others is confirmed after that wait", () => {
    const later = { startedAt: "2026-01-01T01:00:00.000Z", endedAt: "2026-01-01T01:00:01.000Z" };
    expect(
      judge([failed(), { ...failed("beta"), crowded: true }, { ...failed("beta"), ...later }], policy),
    ).toMatchObject({
      verdict: "fail",
    });
  });

  test("needs no more than the suite asks for, and the verdict says what was left out", () => {
    const bare = { ...policy, proof: { ...fullProof, confirmation: false, baseline: false } };
    expect(judge([broke()], bare)).toMatchObject({
      verdict: "fail",
      evidence: expect.arrayContaining([
        expect.objectContaining({ check: "confirmation", detail: expect.stringContaining("left out") }),
        expect.objectContaining({ check: "baseline", detail: expect.stringContaining("left out") }),
      ]),
    });
    const unconfirmed = { ...policy, proof: { ...fullProof, confirmation: false } };
    expect(judge([broke()], unconfirmed)).toMatchObject({ waits: true, companion: { purpose: "baseline" } });
    expect(judge([broke(), baseline("passed")], unconfirmed)).toMatchObject({ verdict: "fail" });
  });
});

describe("a failure of a test that never passed, with a known-good test of a service", () => {
  const known = (machine = "alpha"): Attempt => ({ ...failed(machine), control: "nfs" });
  const control = (outcome: Attempt["outcome"]) => comparisonRun({ purpose: "control", outcome });
  const later = { startedAt: "2026-01-01T01:00:00.000Z", endedAt: "2026-01-01T01:00:01.000Z" };
  test("on the only host is compared with that test, and confirmed when it comes back", () => {
    expect(judge([known(), known()], policy)).toMatchObject({
      waits: true,
      companion: { purpose: "control", service: "nfs", prefer: ["alpha"] },
    });
    const held = [known(), known(), { ...control("passed"), ...later }];
    expect(judge(held, policy)).toMatchObject({ kind: "again", purpose: "confirmation", waits: false });
    const evidence = expect.arrayContaining([
      expect.objectContaining({
        check: "confirmation",
        detail: expect.stringContaining("a test known to be good passed"),
      }),
    ]);
    expect(judge([...held, { ...known(), ...later }], policy)).toMatchObject({ verdict: "fail", evidence });
  });
  test("starts over when that test fails too, and needs no such test when it came back elsewhere", () => {
    expect(judge([known(), known(), control("candidate")], policy)).toMatchObject({
      purpose: "test",
      delayMs: policy.backOffMs,
    });
    expect(judge([known(), known("beta")], policy)).toMatchObject({ verdict: "fail" });
  });
});

describe("a test that ran into its time limit", () => {
  test("and failed in another way with more time is not only slow", () => {
    const runs = [timeout("alpha"), broke(), passed(), passed("beta"), passed(), passed(), passed()];
    expect(judge(runs, { ...policy, proof: { ...fullProof, baseline: false } })).toMatchObject({ verdict: "fail" });
  });
});

describe("a comparison run", () => {
  const once = { ...policy, proof: { confirmation: false, baseline: false, once: true } };
  const until = { ...policy, proof: { confirmation: false, baseline: false, once: false } };
  test("ends with its first attempt, if it is a control", () => {
    expect(judge([disturbing()], once)).toMatchObject({ verdict: "abort", abortReason: "undiagnosed" });
    expect(judge([failed()], once)).toMatchObject({ verdict: "fail" });
    expect(judge([passed()], once)).toMatchObject({ verdict: "pass" });
  });
  test("runs until it has a result, if it is a baseline", () => {
    expect(judge([infrastructureProblem()], until)).toMatchObject({ kind: "again" });
    expect(judge([infrastructureProblem(), failed()], until)).toMatchObject({ verdict: "fail" });
  });
});
