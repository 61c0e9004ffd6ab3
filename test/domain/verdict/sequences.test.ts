import { describe, test } from "@jest/globals";
import fc from "fast-check";
import type { Attempt } from "../../../domain/verdict/attempt.js";
import { judge } from "../../../domain/verdict/judge.js";
import { defaultVerdictPolicy as policy } from "../../../domain/verdict/policy.js";
import { comparisonRun, claim, dirty, failed, lost, passed, infrastructureProblem } from "../../support/attempts.js";

const besideFailed = (machine: string) => ({
  ...failed(machine),
  purpose: "baseline" as const,
  companion: "job.baseline.1",
});

describe("any sequence of attempts", () => {
  const machine = fc.constantFrom("alpha", "beta");
  const clean = machine.chain((name) => fc.constantFrom(passed(name), failed(name)));
  const bad = machine.chain((name) =>
    fc.constantFrom(
      infrastructureProblem({ machine: name }),
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

  test("never turns from pass to fail because of infrastructure problems", () => {
    const own = machine.chain((name) =>
      fc
        .constantFrom(passed(name), failed(name), failed(name, ["another"]))
        .map((run) => ({ ...run, baseline: "one" })),
    );
    const companion = machine.chain((name) => fc.constantFrom(comparisonRun({ machine: name }), besideFailed(name)));
    const troubled = machine.chain((name) =>
      fc.constantFrom(
        infrastructureProblem({ machine: name }),
        lost(name),
        dirty({ machine: name }),
        dirty({ machine: name, explained: true }),
        dirty({ machine: name, foundBroken: true, failing: ["another"] }),
        claim({ machine: name, claimBacked: true }),
      ),
    );
    /** Sets the times of a run. Runs start an hour apart, and the problems between two of them a minute apart. */
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
