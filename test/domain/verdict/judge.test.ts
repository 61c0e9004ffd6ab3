import { describe, expect, test } from "@jest/globals";
import fc from "fast-check";
import type { Attempt } from "../../../domain/verdict/attempt.js";
import { judge } from "../../../domain/verdict/judge.js";
import { defaultVerdictPolicy as policy } from "../../../domain/verdict/policy.js";
import { attempt, beside, dirty, failed, passed, trouble } from "../../support/attempts.js";

const claim = (difference: Partial<Attempt> = {}) =>
  trouble({ failureIdentifier: "infra/claimed-by-test", ...difference });
const timeout = (machine: string) =>
  attempt({ machine, outcome: "candidate", failureIdentifier: "code/timeout", failing: ["time limit"] });
const besideFailed = (machine: string) => ({
  ...failed(machine),
  purpose: "baseline" as const,
  companion: "job.baseline.1",
});
const lost = (machine: string) => trouble({ machine, failureIdentifier: "infra/machine-lost", machineLost: true });

describe("the verdict", () => {
  const endings: [string, Attempt[], object][] = [
    ["a pass is a pass", [passed()], { verdict: "pass", flaky: false, blame: null }],
    ["trouble before a pass changes nothing", [trouble(), dirty(), passed("beta")], { verdict: "pass", flaky: false }],
    [
      "a failure confirmed on another machine is the code's",
      [failed("alpha"), failed("beta")],
      { verdict: "fail", blame: "code", failureIdentifier: "code/test-failed", flaky: false },
    ],
    [
      "trouble between failure and confirmation changes nothing",
      [failed("alpha"), trouble({ machine: "beta" }), failed("beta")],
      { verdict: "fail" },
    ],
    [
      "three clean failures that differ are a failure all the same",
      [failed("alpha", ["a"]), failed("beta", ["b"]), failed("beta", ["c"])],
      { verdict: "fail" },
    ],
    [
      "a failure that shows again later is intermittent",
      [failed("alpha"), passed("beta"), failed("alpha")],
      { verdict: "fail", failureIdentifier: "code/intermittent" },
    ],
    [
      "one failure among many passes is flaky",
      [failed("alpha"), passed("beta"), passed("alpha"), passed("beta"), passed("alpha"), passed("beta")],
      { verdict: "pass", flaky: true },
    ],
    [
      "a time limit hit twice is the code's",
      [timeout("alpha"), timeout("beta")],
      { verdict: "fail", failureIdentifier: "code/timeout" },
    ],
    [
      "a test that passes with twice the time is slow, not flaky",
      [timeout("alpha"), passed("beta")],
      { verdict: "pass", flaky: false },
    ],
    [
      "a wrong submission is its author's",
      [attempt({ outcome: "user", failureIdentifier: "user/unreadable-code" })],
      { verdict: "abort", abortReason: "rejected", blame: "user" },
    ],
    ["three unbacked claims count as failures", [claim(), claim({ machine: "beta" }), claim()], { verdict: "fail" }],
    [
      "three unexplained dirty attempts alike end undiagnosed",
      [dirty(), dirty(), dirty()],
      { verdict: "abort", abortReason: "undiagnosed", blame: "unknown" },
    ],
    [
      "too much time in dirty attempts ends undiagnosed",
      [dirty({ endedAt: "2026-01-02T00:00:00.000Z" })],
      { verdict: "abort", abortReason: "undiagnosed" },
    ],
    [
      "two machines lost in a row end undiagnosed",
      [lost("alpha"), lost("beta")],
      { verdict: "abort", abortReason: "undiagnosed", failureIdentifier: "unknown/breaks-machines" },
    ],
  ];
  test.each(endings)("%s", (_name, attempts, ending) => {
    expect(judge(attempts, policy)).toMatchObject({ kind: "ending", ...ending });
  });

  const continuations: [string, Attempt[], object][] = [
    [
      "a first failure is confirmed on another host",
      [failed("alpha")],
      { purpose: "confirmation", avoid: ["alpha"], delayMs: 0, timeoutFactor: 1 },
    ],
    [
      "a time limit is confirmed with twice the time",
      [timeout("alpha")],
      { purpose: "confirmation", timeoutFactor: 2 },
    ],
    [
      "two failures that differ want a third",
      [failed("alpha", ["a"]), failed("beta", ["b"])],
      { purpose: "confirmation" },
    ],
    [
      "a pass on confirmation sends the test back to where it failed",
      [failed("alpha"), passed("beta")],
      { purpose: "recheck", avoid: [], prefer: ["alpha"] },
    ],
    [
      "a dirty attempt runs again, later and elsewhere",
      [dirty()],
      { purpose: "test", avoid: ["alpha"], delayMs: policy.backOffMs },
    ],
    [
      "back-off doubles while trouble has no explanation",
      [trouble(), trouble(), trouble()],
      { delayMs: 4 * policy.backOffMs },
    ],
    [
      "trouble that an outage explains waits for the service, not for a clock",
      [dirty({ explained: true })],
      { delayMs: 0 },
    ],
    [
      "explained dirty attempts never end a job",
      [1, 2, 3, 4].map(() => dirty({ explained: true })),
      { purpose: "test" },
    ],
    [
      "dirty attempts that found a service broken when they began never end a job, and wait longer each time",
      [1, 2, 3, 4].map(() => dirty({ foundBroken: true })),
      { purpose: "test", delayMs: 8 * policy.backOffMs },
    ],
    [
      "a claim is believed and runs again",
      [claim()],
      { purpose: "test", because: expect.objectContaining({ failureIdentifier: "infra/claimed-by-test" }) },
    ],
    ["one lost machine is followed by another", [lost("alpha")], { purpose: "test", avoid: ["alpha"] }],
    [
      "two machines lost by a job that has failed on one that stayed are followed by a third",
      [failed("gamma"), lost("alpha"), lost("beta")],
      { purpose: "confirmation" },
    ],
    [
      "an agent that came back is no lost machine",
      [trouble({ failureIdentifier: "infra/attempt-lost" }), trouble({ failureIdentifier: "infra/attempt-lost" })],
      { purpose: "test" },
    ],
  ];
  test.each(continuations)("%s", (_name, attempts, again) => {
    expect(judge(attempts, policy)).toMatchObject({ kind: "again", ...again });
  });

  test("back-off has a longest wait", () => {
    expect(
      judge(
        Array.from({ length: 30 }, () => trouble()),
        policy,
      ),
    ).toMatchObject({ delayMs: policy.backOffMaxMs });
  });
});

describe("any sequence of attempts", () => {
  const machine = fc.constantFrom("alpha", "beta");
  const clean = machine.chain((name) => fc.constantFrom(passed(name), failed(name)));
  const bad = machine.chain((name) =>
    fc.constantFrom(
      trouble({ machine: name }),
      dirty({ machine: name, explained: true }),
      claim({ machine: name, claimBacked: true }),
    ),
  );

  /** Judges attempt by attempt as a job does, until it ends. */
  function live(attempts: readonly Attempt[]) {
    for (let count = 1; count <= attempts.length; count++) {
      const decision = judge(attempts.slice(0, count), policy);
      if (decision.kind === "ending") return { decision, count };
    }
    return undefined;
  }

  test("ends after a bounded number of clean runs", () => {
    fc.assert(
      fc.property(
        fc.array(clean, { minLength: 3 + policy.recheckRuns, maxLength: 12 }),
        (attempts) => live(attempts) !== undefined,
      ),
    );
  });

  test("fails only with two clean failures", () => {
    fc.assert(
      fc.property(fc.array(fc.oneof(clean, bad), { maxLength: 12 }), (attempts) => {
        const end = live(attempts);
        if (end?.decision.verdict !== "fail") return true;
        return attempts.slice(0, end.count).filter(({ outcome }) => outcome === "candidate").length >= 2;
      }),
    );
  });

  test("never turns a pass into a fail by trouble of the infrastructure", () => {
    const own = machine.chain((name) =>
      fc
        .constantFrom(passed(name), failed(name), failed(name, ["another"]))
        .map((run) => ({ ...run, baseline: "one" })),
    );
    const companion = machine.chain((name) => fc.constantFrom(beside({ machine: name }), besideFailed(name)));
    const troubled = machine.chain((name) =>
      fc.constantFrom(
        trouble({ machine: name }),
        lost(name),
        dirty({ machine: name }),
        dirty({ machine: name, explained: true }),
        dirty({ machine: name, foundBroken: true, failing: ["another"] }),
        claim({ machine: name, claimBacked: true }),
      ),
    );
    /** One attempt an hour, and what is between them a minute after the one before. */
    const at = (run: Attempt, ms: number) => {
      const [startedAt, endedAt] = [0, 30_000].map((after) => new Date(ms + after).toISOString()) as [string, string];
      return { ...run, startedAt, testStartedAt: startedAt, endedAt };
    };
    fc.assert(
      fc.property(
        own,
        fc.array(fc.oneof(own, own, companion), { maxLength: 12 }),
        fc.array(fc.tuple(fc.nat(12), troubled), { maxLength: 6 }),
        (first, others, troubles) => {
          const attempts = [first, ...others].map((run, hour) => at(run, hour * 3_600_000));
          const before = live(attempts);
          if (before?.decision.verdict !== "pass") return true;
          const kept = attempts.slice(0, before.count);
          const mixed = kept.flatMap((run, hour) => {
            const earlier = troubles.filter(([place]) => Math.min(place, kept.length - 1) === hour);
            return [...earlier.map(([, one], minute) => at(one, (hour - 1) * 3_600_000 + (minute + 1) * 60_000)), run];
          });
          return live(mixed)?.decision.verdict !== "fail";
        },
      ),
      { numRuns: 3_000 },
    );
  });
});
