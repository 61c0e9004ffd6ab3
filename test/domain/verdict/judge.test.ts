import { describe, expect, test } from "@jest/globals";
import type { Attempt } from "../../../domain/verdict/attempt.js";
import { judge } from "../../../domain/verdict/judge.js";
import { defaultVerdictPolicy as policy } from "../../../domain/verdict/policy.js";
import { attempt, claim, dirty, failed, lost, passed, infrastructureProblem } from "../../support/attempts.js";

const timeout = (machine: string) =>
  attempt({ machine, outcome: "candidate", failureIdentifier: "code/timeout", failing: ["time limit"] });

describe("the verdict", () => {
  const endings: [string, Attempt[], object][] = [
    ["a pass is a pass", [passed()], { verdict: "pass", flaky: false, blame: null }],
    [
      "problems before a pass change nothing",
      [infrastructureProblem(), dirty(), passed("beta")],
      { verdict: "pass", flaky: false },
    ],
    [
      "a failure confirmed on another machine is the code's",
      [failed("alpha"), failed("beta")],
      { verdict: "fail", blame: "code", failureIdentifier: "code/test-failed", flaky: false },
    ],
    [
      "a problem between failure and confirmation changes nothing",
      [failed("alpha"), infrastructureProblem({ machine: "beta" }), failed("beta")],
      { verdict: "fail" },
    ],
    [
      "three clean failures in different subtests are a failure",
      [failed("alpha", ["a"]), failed("beta", ["b"]), failed("beta", ["c"])],
      { verdict: "fail" },
    ],
    [
      "a failure that comes back after a pass is intermittent",
      [failed("alpha"), passed("beta"), failed("alpha")],
      { verdict: "fail", failureIdentifier: "code/intermittent" },
    ],
    [
      "one failure among many passes is flaky",
      [failed("alpha"), passed("beta"), passed("alpha"), passed("beta"), passed("alpha"), passed("beta")],
      { verdict: "pass", flaky: true },
    ],
    [
      "one failure on a machine that is never available again is flaky, and says so",
      [failed("alpha"), passed("beta"), passed("beta"), passed("beta"), passed("beta"), passed("beta")],
      {
        verdict: "pass",
        evidence: expect.arrayContaining([
          expect.objectContaining({ detail: "failed in 1 of 6 runs, first on alpha, where it could not be run again" }),
        ]),
      },
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
      "a wrong submission is its author's mistake",
      [attempt({ outcome: "user", failureIdentifier: "user/unreadable-code" })],
      { verdict: "abort", abortReason: "rejected", blame: "user" },
    ],
    [
      "three unbacked claims, with nothing to compare them with, end undiagnosed",
      [claim(), claim({ machine: "beta" }), claim()],
      { verdict: "abort", abortReason: "undiagnosed" },
    ],
    [
      "three equal dirty attempts without an explanation end undiagnosed",
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
    [
      "a machine that is also lost under other tests gives the job two more machines, and no others",
      [lost("alpha", { isLostElsewhere: true }), lost("beta"), lost("alpha"), lost("beta")],
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
      "two failures in different subtests need a third",
      [failed("alpha", ["a"]), failed("beta", ["b"])],
      { purpose: "confirmation" },
    ],
    [
      "a pass on confirmation sends the test back to where it failed",
      [failed("alpha"), passed("beta")],
      { purpose: "recheck", avoid: [], prefer: ["alpha"] },
    ],
    [
      "it goes back there, however late, until it has a result there",
      [failed("alpha"), passed("beta"), lost("alpha"), passed("beta")],
      { purpose: "recheck", prefer: ["alpha"] },
    ],
    [
      "after a result there it may run anywhere",
      [failed("alpha"), passed("beta"), passed("alpha")],
      { purpose: "recheck", prefer: [] },
    ],
    [
      "a dirty attempt runs again, later and elsewhere",
      [dirty()],
      { purpose: "test", avoid: ["alpha"], delayMs: policy.backOffMs },
    ],
    [
      "two machines lost in a row prove nothing if one of them is also lost under other tests",
      [lost("alpha"), lost("beta", { isLostElsewhere: true }), lost("alpha")],
      { purpose: "test" },
    ],
    [
      "back-off doubles while problems have no explanation",
      [infrastructureProblem(), infrastructureProblem(), infrastructureProblem()],
      { delayMs: 4 * policy.backOffMs },
    ],
    [
      "after a problem that an outage explains, the job waits for the service, without a back-off",
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
    [
      "one lost machine is followed by another, which runs nothing else",
      [lost("alpha")],
      { purpose: "test", avoid: ["alpha"], exclusive: ["host"] },
    ],
    [
      "an attempt that was lost without its machine is followed by an ordinary one",
      [infrastructureProblem({ failureIdentifier: "infra/attempt-lost" })],
      { purpose: "test", exclusive: [] },
    ],
    [
      "two lost machines are followed by a third if the job failed on one that was not lost",
      [failed("gamma"), lost("alpha"), lost("beta")],
      { purpose: "confirmation" },
    ],
    [
      "an agent that came back is no lost machine",
      [
        infrastructureProblem({ failureIdentifier: "infra/attempt-lost" }),
        infrastructureProblem({ failureIdentifier: "infra/attempt-lost" }),
      ],
      { purpose: "test" },
    ],
  ];
  test.each(continuations)("%s", (_name, attempts, again) => {
    expect(judge(attempts, policy)).toMatchObject({ kind: "again", ...again });
  });

  test("back-off has a maximum", () => {
    expect(
      judge(
        Array.from({ length: 30 }, () => infrastructureProblem()),
        policy,
      ),
    ).toMatchObject({ delayMs: policy.backOffMaxMs });
  });
});
