import { describe, expect, test } from "@jest/globals";
import { Random } from "../../../bench/chaos/random.js";
import type { Attempt, Purpose } from "../../../domain/verdict/attempt.js";
import { anotherAttempt, type NextAttempt, type Ending } from "../../../domain/verdict/decision.js";
import { judge } from "../../../domain/verdict/judge.js";
import { defaultVerdictPolicy } from "../../../domain/verdict/policy.js";
import { attempt, infrastructureProblem } from "../../support/attempts.js";

// In this world a service answers wrongly for some seconds every two minutes, and no probe notices it.
// Times are in seconds. One run in three is lost to another problem, and each run waits for a machine.
const machines = ["alpha", "beta", "gamma"];
const wellFor = 110;
const wrongFor = [4, 9] as const;
const lostShare = 1 / 3;
const waitsFor = 1;
const jobs = 2_000;
const policy = { ...defaultVerdictPolicy, backOffMs: 1_000, backOffMaxMs: 5_000 };

/** Whether the code makes the job's n-th run fail on a machine. */
type Defect = (run: number, machine: string, first: string) => boolean;

class World {
  readonly #random: Random;
  readonly #wrong: { from: number; to: number }[] = [];

  constructor(random: Random) {
    this.#random = random;
    for (let from = -random.between(0, wrongFor[0]); from < 10_000; from += this.exponential(wellFor)) {
      const to = from + random.between(...wrongFor);
      this.#wrong.push({ from, to });
      from = to;
    }
  }

  exponential(mean: number): number {
    return -mean * Math.log(1 - this.#random.next());
  }

  /** The time of the first wrong answer to a test that reads the service all the time; undefined if there is none. */
  failsAt(from: number, to: number): number | undefined {
    const spell = this.#wrong.find((each) => each.from < to && each.to > from);
    return spell === undefined ? undefined : Math.max(spell.from, from);
  }
}

function live(random: Random, reads: boolean, defect: Defect, runsOn: number): { end: Ending; attempts: Attempt[] } {
  const world = new World(random);
  const length = random.between(0.2, 2);
  const attempts: Attempt[] = [];
  let [now, runs, first] = [0, 0, ""];
  for (let next: NextAttempt = anotherAttempt("test"), isFirst = true; ; isFirst = false) {
    const own = next.waits ? undefined : run(next, isFirst);
    const companion = next.companion === null ? undefined : runUntilResult(next.companion);
    attempts.push(...[own, companion].filter((made) => made !== undefined));
    now = Math.max(...attempts.map(({ endedAt }) => Date.parse(endedAt) / 1_000));
    const decision = judge(attempts, policy);
    if (decision.kind === "ending") return { end: decision, attempts };
    now += decision.delayMs / 1_000;
    next = decision;
  }

  function run({ purpose, prefer, avoid }: NextAttempt, isFirst: boolean): Attempt {
    const machine = prefer[0] ?? random.pick(machines.filter((name) => !avoid.includes(name)));
    const start = now + (isFirst ? 0 : world.exponential(waitsFor));
    if (!isFirst && random.next() < lostShare)
      return made(
        infrastructureProblem({ machine, host: machine, purpose, explained: true }),
        start,
        start + world.exponential(10),
      );
    first ||= machine;
    return result(purpose, machine, start, defect(runs++, machine, first));
  }

  function runUntilResult({ purpose, prefer }: NonNullable<NextAttempt["companion"]>): Attempt {
    let start = now + world.exponential(waitsFor);
    while (random.next() < lostShare) start += world.exponential(10);
    return result(purpose, prefer[0] ?? random.pick(machines), start, false);
  }

  function result(purpose: Purpose, machine: string, start: number, isBroken: boolean): Attempt {
    const failsAt = reads ? world.failsAt(start, start + length) : undefined;
    const hasFailed = isBroken || failsAt !== undefined;
    const outcome = hasFailed ? "candidate" : "passed";
    const failing = hasFailed ? ["exit 1"] : [];
    const end = failsAt === undefined ? start + length : failsAt + runsOn;
    return made(attempt({ outcome, purpose, machine, failing, baseline: "earlier" }), start, end);
  }

  function made(one: Attempt, start: number, end: number): Attempt {
    const startedAt = new Date(start * 1_000).toISOString();
    return { ...one, startedAt, testStartedAt: startedAt, endedAt: new Date(end * 1_000).toISOString() };
  }
}

/**
 * The share of jobs that end in `fail`, among those whose first run failed.
 * @param runsOn how long a test continues after a wrong answer, without saying when that answer came
 */
function alarms(reads: boolean, defect: Defect, runsOn = 0): number {
  const random = new Random(1);
  const ends = Array.from({ length: jobs }, () => live(random, reads, defect, runsOn));
  const failing = ends.filter(({ attempts }) => attempts[0]?.outcome === "candidate");
  expect(failing.length).toBeGreaterThan(jobs / 2);
  return failing.filter(({ end }) => end.verdict === "fail").length / failing.length;
}

describe("while a service sometimes answers wrongly, unnoticed by its probe", () => {
  test("good tests that fail because of it are hardly ever blamed", () => {
    expect(alarms(true, () => false)).toBeLessThan(0.005);
    expect(alarms(true, () => false, 5)).toBeLessThan(0.02);
  });
  test.each<[string, Defect]>([
    ["always", () => true],
    ["on one machine", (_run, machine, first) => machine === first],
    ["one time in three", (run) => run % 3 === 0],
  ])("tests that fail %s are found", (_how, defect) => {
    expect(alarms(false, defect)).toBe(1);
  });
  test("a test that always fails is found, even if it uses that service", () => {
    expect(alarms(true, () => true)).toBe(1);
  });
});
