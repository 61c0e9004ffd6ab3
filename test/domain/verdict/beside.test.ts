import { describe, expect, test } from "@jest/globals";
import type { Attempt } from "../../../domain/verdict/attempt.js";
import { judge } from "../../../domain/verdict/judge.js";
import { defaultVerdictPolicy as policy, fullProof } from "../../../domain/verdict/policy.js";
import {
  attempt,
  beside,
  disturbing,
  failed,
  failedAfterPass as broke,
  passed,
  trouble,
} from "../../support/attempts.js";

const baseline = (outcome: Attempt["outcome"], machine = "alpha") => beside({ outcome, machine });
const timeout = (machine: string) =>
  attempt({
    machine,
    outcome: "candidate",
    failureIdentifier: "code/timeout",
    failing: ["time limit"],
    baseline: "earlier",
  });

describe("a failure held against the source that last passed", () => {
  const endings: [string, Attempt[], object][] = [
    ["stands when that passes", [broke(), broke("beta"), baseline("passed")], { verdict: "fail", blame: "code" }],
    ["stands when that came to no result", [broke(), broke("beta"), baseline("infrastructure")], { verdict: "fail" }],
    [
      "on the only host, stands when that passes there in between",
      [broke(), baseline("passed"), broke()],
      { verdict: "fail" },
    ],
    [
      "that shows on one machine only, stands when that passes there",
      [broke(), baseline("passed"), passed("beta"), baseline("passed"), broke()],
      { verdict: "fail", failureIdentifier: "code/intermittent" },
    ],
    [
      "is nothing new when that is intermittent as well",
      [broke(), passed("beta"), baseline("passed"), broke(), baseline("candidate")],
      { verdict: "pass", flaky: true },
    ],
    [
      "by time stands when both run into the limit",
      [timeout("alpha"), timeout("alpha"), baseline("passed", "beta"), baseline("passed")],
      { verdict: "fail" },
    ],
  ];
  test.each(endings)("%s", (_name, attempts, ending) => {
    expect(judge(attempts, policy)).toMatchObject({ kind: "ending", ...ending });
  });

  const continuations: [string, Attempt[], object][] = [
    [
      "is confirmed and held against it side by side",
      [broke()],
      {
        purpose: "confirmation",
        waits: false,
        avoid: ["alpha"],
        companion: { purpose: "baseline", prefer: ["alpha"] },
      },
    ],
    [
      "waits for it once it is confirmed",
      [broke(), broke("beta")],
      { waits: true, companion: { purpose: "baseline" } },
    ],
    [
      "asks for it on the only host that failed",
      [broke(), broke(), baseline("passed", "beta")],
      { waits: true, companion: { purpose: "baseline", prefer: ["alpha"] } },
    ],
    [
      "is the environment's when that fails too: it is held, and the count starts over",
      [broke(), broke("beta"), baseline("candidate")],
      {
        purpose: "test",
        delayMs: policy.backOffMs,
        companion: null,
        because: expect.objectContaining({ failureIdentifier: "infra/environment-changed" }),
      },
    ],
    [
      "waits longer each time that that fails too",
      [broke(), baseline("candidate"), broke(), baseline("candidate"), broke("beta"), baseline("candidate")],
      { delayMs: 4 * policy.backOffMs },
    ],
    [
      "by time is confirmed alone on its machine",
      [timeout("alpha")],
      { prefer: ["alpha"], exclusive: ["host"], timeoutFactor: 2 },
    ],
    [
      "among many others, with nothing to hold it against, is confirmed once more later",
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

  test("among many others stands after that wait", () => {
    const later = { startedAt: "2026-01-01T01:00:00.000Z", endedAt: "2026-01-01T01:00:01.000Z" };
    expect(
      judge([failed(), { ...failed("beta"), crowded: true }, { ...failed("beta"), ...later }], policy),
    ).toMatchObject({
      verdict: "fail",
    });
  });

  test("needs no more than the suite's policy asks, and says what was left out", () => {
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

describe("a failure of a test that never passed, where a service has a test known to be good", () => {
  const known = (machine = "alpha"): Attempt => ({ ...failed(machine), control: "nfs" });
  const control = (outcome: Attempt["outcome"]) => beside({ purpose: "control", outcome });
  const later = { startedAt: "2026-01-01T01:00:00.000Z", endedAt: "2026-01-01T01:00:01.000Z" };
  test("on the only host is held against that, and stands when it shows once more", () => {
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
  test("starts over when that is in trouble, and is not held against it when it showed elsewhere", () => {
    expect(judge([known(), known(), control("candidate")], policy)).toMatchObject({
      purpose: "test",
      delayMs: policy.backOffMs,
    });
    expect(judge([known(), known("beta")], policy)).toMatchObject({ verdict: "fail" });
  });
});

describe("a test that ran into its time limit", () => {
  test("and failed otherwise when it had more is not only slow", () => {
    const runs = [timeout("alpha"), broke(), passed(), passed("beta"), passed(), passed(), passed()];
    expect(judge(runs, { ...policy, proof: { ...fullProof, baseline: false } })).toMatchObject({ verdict: "fail" });
  });
});

describe("what runs beside a job", () => {
  const once = { ...policy, proof: { confirmation: false, baseline: false, once: true } };
  const until = { ...policy, proof: { confirmation: false, baseline: false, once: false } };
  test("ends with its first attempt, if it is a control", () => {
    expect(judge([disturbing()], once)).toMatchObject({ verdict: "abort", abortReason: "undiagnosed" });
    expect(judge([failed()], once)).toMatchObject({ verdict: "fail" });
    expect(judge([passed()], once)).toMatchObject({ verdict: "pass" });
  });
  test("runs until it comes to a result, if it is a baseline", () => {
    expect(judge([trouble()], until)).toMatchObject({ kind: "again" });
    expect(judge([trouble(), failed()], until)).toMatchObject({ verdict: "fail" });
  });
});
