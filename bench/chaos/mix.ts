import { setTimeout as sleep } from "node:timers/promises";
import type { Fault } from "./faults/fault.js";
import { Breaker, createTests } from "./plan.js";
import type { Random } from "./random.js";
import type { Course, Stage } from "./trial.js";

const patienceMs = 300_000;
/** The number of distinct tests. Each is submitted many times, and is good or broken each time. */
const distinct = 80;
/** How many jobs may be unfinished: enough to keep the machines busy. */
const underWay = 50;

/** All faults in random order, up to two of them at once, while submissions of random size keep coming. */
export function mix(faults: readonly Fault[], jobs: number, random: Random): Course {
  const tests = createTests(random, Math.min(jobs, distinct), null);
  const breaker = new Breaker(random);
  return {
    name: "mix",
    tests,
    patienceMs,
    async run(stage: Stage) {
      let isFed = false;
      const feeding = feed(stage).finally(() => (isFed = true));
      const lanes = (["machines", "world"] as const).map((lane) =>
        keepStriking(
          stage,
          faults.filter((fault) => fault.lane === lane),
          random.for(lane),
          () => isFed,
        ),
      );
      await Promise.all([feeding, ...lanes]);
    },
  };

  async function feed({ tracker }: Stage): Promise<void> {
    while (tracker.planned < jobs) {
      const left = jobs - tracker.planned;
      const size = left < 12 ? left : random.whole(5, Math.min(20, left));
      const part = breaker.plan(random.shuffle(tests).slice(0, size));
      await tracker.submit(part, random.next() < 0.3 ? "git" : "upload");
      while (((await tracker.unfinished()) ?? underWay) >= underWay) await sleep(500);
    }
  }
}

/** Strikes with each fault once in each round, until enough is submitted and every fault has struck at least once. */
async function keepStriking(
  { strike }: Stage,
  faults: readonly Fault[],
  random: Random,
  isEnough: () => boolean,
): Promise<void> {
  if (faults.length === 0) return;
  for (let round = 1; round === 1 || !isEnough(); round++) {
    for (const fault of random.shuffle(faults)) {
      await sleep(random.between(1_000, 5_000));
      await strike(fault, random);
      if (round > 1 && isEnough()) return;
    }
  }
}
