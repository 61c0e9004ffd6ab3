import { describe, expect, test } from "@jest/globals";
import fc from "fast-check";
import type { Attempt } from "../../../domain/verdict/attempt.js";
import type { NextAttempt, Ending } from "../../../domain/verdict/decision.js";
import { anotherAttempt } from "../../../domain/verdict/decision.js";
import { judge } from "../../../domain/verdict/judge.js";
import { defaultVerdictPolicy } from "../../../domain/verdict/policy.js";
import { attempt, comparisonRun, dirty, disturbing, failed, infrastructureProblem } from "../../support/attempts.js";

const policy = defaultVerdictPolicy;
const hourMs = 3_600_000;
const budgetMs = 14 * 86_400_000;
/** A proof takes at most ten runs of the job, each with one comparison run. To start over costs an hour of the budget. */
const mostAttempts = 20 * (budgetMs / hourMs);

/** Gives the result of the next run that the judge asks for. */
type World = (next: NextAttempt, companion: boolean) => Partial<Attempt>;

/** How long a run takes, and how far the clocks of the machines are behind the grid's. */
interface Times {
  runMs: number;
  behindMs: Readonly<Record<string, number>>;
  areKnown: boolean;
}
const good: Times = { runMs: hourMs, behindMs: {}, areKnown: true };

/** Runs a job in a world until it ends or its hold budget is used up. @throws Error if it does neither */
function live(
  world: World,
  { runMs, behindMs, areKnown }: Times = good,
): { end: Ending | "hold-expired"; attempts: Attempt[] } {
  const attempts: Attempt[] = [];
  let [now, spentMs] = [Date.parse("2026-01-01T00:00:00.000Z"), 0];
  const run = (made: Attempt) => {
    if (attempts.length > mostAttempts) throw new Error("the job does not end");
    const clockOffsetMs = behindMs[made.machine] ?? 0;
    const startedAt = new Date(now - clockOffsetMs).toISOString();
    now += runMs;
    const endedAt = new Date(now - clockOffsetMs).toISOString();
    const times = { startedAt, testStartedAt: startedAt, endedAt, ...(areKnown ? { clockOffsetMs } : {}) };
    attempts.push({ ...made, number: attempts.length + 1, ...times });
    if (made.outcome === "dirty" || made.outcome === "infrastructure") spentMs += runMs;
  };
  for (let next: NextAttempt = anotherAttempt("test"); ;) {
    const machine = next.prefer[0] ?? (next.avoid.includes("alpha") ? "beta" : "alpha");
    if (!next.waits) run(attempt({ machine, purpose: next.purpose, baseline: "earlier", ...world(next, false) }));
    if (next.companion !== null)
      run(
        comparisonRun({
          machine: next.companion.prefer[0] ?? "alpha",
          purpose: next.companion.purpose,
          ...world(next, true),
        }),
      );
    const decision = judge(attempts, policy);
    if (decision.kind === "ending") return { end: decision, attempts };
    now += decision.delayMs;
    spentMs += decision.delayMs;
    if (spentMs >= budgetMs) return { end: "hold-expired", attempts };
    next = decision;
  }
}

/** A world that gives these results in turn, and then begins again. */
function repeating(results: readonly Partial<Attempt>[]): World {
  let count = 0;
  return () => results[count++ % results.length]!;
}

const part = ({ outcome, failureIdentifier, failing, explained, disturbed, machineLost, exitCode }: Attempt) => ({
  outcome,
  failureIdentifier,
  failing,
  explained,
  exitCode,
  machineLost,
  ...(disturbed === undefined ? {} : { disturbed }),
});
const pass = part(attempt());
const fail = part(failed());
const troubles = [
  infrastructureProblem(),
  infrastructureProblem({ explained: true }),
  infrastructureProblem({ machineLost: true, failureIdentifier: "infra/machine-lost" }),
  infrastructureProblem({ failureIdentifier: "infra/claimed-by-test", failing: ["exit 75"] }),
  dirty(),
  dirty({ explained: true }),
  dirty({ failing: ["other"] }),
  disturbing(),
  disturbing({ disturbed: ["machine:alpha"], explained: false }),
].map(part);

describe("in any world", () => {
  test("a job ends, or uses up its hold budget", () => {
    const anything = fc.constantFrom(pass, fail, part(failed("alpha", ["another"])), ...troubles);
    fc.assert(
      fc.property(fc.array(anything, { minLength: 1, maxLength: 12 }), (results) => {
        const { attempts } = live(repeating(results));
        return attempts.length <= mostAttempts;
      }),
      { numRuns: 300 },
    );
  });

  test("a job ends soon if nothing but its test fails, whatever the clocks of its machines say", () => {
    const clean = fc.constantFrom(pass, fail, part(failed("alpha", ["another"])));
    const behindMs = fc.record({ alpha: fc.integer({ min: -hourMs, max: hourMs }), beta: fc.constant(0) });
    fc.assert(
      fc.property(
        fc.array(clean, { minLength: 1, maxLength: 12 }),
        behindMs,
        fc.boolean(),
        (results, behind, areKnown) => {
          const world = repeating(results);
          const times = { runMs: 10_000, behindMs: behind, areKnown };
          const { attempts } = live((next, companion) => (companion ? pass : world(next, false)), times);
          return attempts.length <= 30;
        },
      ),
    );
  });

  test("known clock differences change no verdict", () => {
    const results = fc.array(fc.constantFrom(pass, fail), { minLength: 1, maxLength: 12 });
    fc.assert(
      fc.property(results, fc.integer({ min: -hourMs, max: hourMs }), (runs, alpha) => {
        const verdicts = [{}, { alpha }].map((behindMs) => {
          const { end } = live(repeating(runs), { ...good, behindMs });
          return end === "hold-expired" ? end : end.verdict;
        });
        return verdicts[0] === verdicts[1];
      }),
    );
  });

  test("equal failures end in fail when the last passing source passes, whatever comes between", () => {
    const between = fc
      .constantFrom(infrastructureProblem({ explained: true }), dirty({ explained: true }), infrastructureProblem())
      .map(part);
    fc.assert(
      fc.property(fc.array(between, { maxLength: 10 }), fc.array(fc.nat(9), { maxLength: 10 }), (bad, places) => {
        let count = 0;
        const world: World = (_next, companion) => {
          if (companion) return pass;
          const turn = places.indexOf(count++ % 10);
          return turn >= 0 && turn < bad.length && count <= 10 ? bad[turn]! : fail;
        };
        const { end } = live(world);
        return end !== "hold-expired" && end.verdict === "fail";
      }),
    );
  });

  test("a job whose clean runs all pass never fails, whatever breaks around it or its comparison runs", () => {
    // Isolation runs pass here: a job that breaks its environment whenever it runs alone may fail (docs/verdict.md, section 4).
    const anyTrouble = fc.constantFrom(
      ...troubles.filter(({ failureIdentifier }) => failureIdentifier !== "infra/claimed-by-test"),
    );
    fc.assert(
      fc.property(
        fc.array(fc.option(anyTrouble, { freq: 2 }), { minLength: 1, maxLength: 12 }),
        fc.boolean(),
        (bad, companionFails) => {
          const world = repeating(bad.map((one) => one ?? pass));
          const { end } = live((next, companion) => {
            if (companion) return companionFails ? fail : pass;
            const result = world(next, companion);
            return next.purpose === "isolation" ? pass : result;
          });
          return end === "hold-expired" || end.verdict !== "fail";
        },
      ),
    );
  });

  test("a good job is never blamed for an environment that breaks for its baseline as well", () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 8 }), (rounds) => {
        let count = 0;
        const { end } = live(() => (count++ < 3 * rounds ? fail : pass));
        return end !== "hold-expired" && end.verdict === "pass";
      }),
    );
  });

  test("a broken job is found, however it is broken", () => {
    expect(live((_next, companion) => (companion ? pass : fail)).end).toMatchObject({ verdict: "fail" });
    const breaking: World = (_next, companion) => (companion ? pass : part(disturbing()));
    expect(live(breaking).end).toMatchObject({ verdict: "fail", failureIdentifier: "code/breaks-surroundings" });
    let runs = 0;
    expect(live((_next, companion) => (companion || runs++ % 3 > 0 ? pass : fail)).end).toMatchObject({
      verdict: "fail",
    });
  });
});
