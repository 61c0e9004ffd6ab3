import type { Random } from "./random.js";

/** What a test does when it is good. */
export const habits = [
  "sleeps",
  "computes",
  "reads-stock",
  "reads-ledger",
  "reads-fragile",
  "resolves",
  "writes",
  "allocates",
  "reports-much",
  "lasts",
] as const;
export type Habit = (typeof habits)[number];

/** What a broken test does after that. */
export const defects = [
  "wrong",
  "kills-service",
  "leaks",
  "one-in-three",
  "fills-disk",
  "one-machine",
  "kills-agent",
  "deadlocks",
  "crashes",
  "wrong",
] as const;
export type Defect = (typeof defects)[number];

export interface Test {
  name: string;
  habit: Habit;
  seconds: number;
  /** Whether it has never passed, so that there is no baseline to compare it with. */
  isFresh: boolean;
}

/** The share of the tests that have no history. */
const freshShare = 0.15;

/** A test of one submission. */
export interface Planned extends Test {
  /** Null if the test is good. */
  defect: Defect | null;
}

/**
 * The tests of a suite. Half of them have the habit that a fault hits.
 * At least one reads the fragile service, so that there is one that can break it.
 */
export function createTests(random: Random, count: number, prone: Habit | null): Test[] {
  return Array.from({ length: count }, (_, index) => {
    const usual = random.pick(habits.filter((habit) => habit !== "lasts"));
    const habit =
      index % 20 === 13
        ? "lasts"
        : index % 10 === 0
          ? "reads-fragile"
          : prone !== null && index % 2 === 1
            ? prone
            : usual;
    // If the probe does not see that a service is wrong, only a baseline can show it.
    const isFresh = habit !== "reads-ledger" && habit !== "reads-fragile" && random.next() < freshShare;
    return {
      isFresh,
      name: `t${String(index + 1).padStart(3, "0")}-${habit}`,
      habit,
      seconds: Math.round(random.between(0.2, random.next() < 0.2 ? 3 : 1.2) * 10) / 10,
    };
  });
}

/** Breaks a quarter of the tests, each way in turn. */
export class Breaker {
  readonly #random: Random;
  #turn = 0;

  constructor(random: Random) {
    this.#random = random;
  }

  plan(tests: readonly Test[]): Planned[] {
    const broken = new Map<string, Defect>();
    const order = this.#random.shuffle(tests);
    while (broken.size < Math.round(tests.length / 4)) {
      const defect = defects[this.#turn++ % defects.length]!;
      const test = order.find((test) => !broken.has(test.name) && suits(defect, test));
      if (test !== undefined) broken.set(test.name, defect);
    }
    return tests.map((test) => ({ ...test, defect: broken.get(test.name) ?? null }));
  }
}

/**
 * Defects that only a baseline can show. Without one, nobody knows whether a test fails only now and then, or whether the test
 * or something else breaks its environment. Then its job ends as undiagnosed.
 */
const needsHistory: ReadonlySet<Defect> = new Set<Defect>(["one-in-three", "one-machine", "fills-disk"]);

/**
 * Only a test that uses the fragile service can kill it, because its good source is the control. A test that fails now and then
 * must not read the ledger, whose probe may not see that it is wrong. Its good source would then also fail now and then, and
 * nobody could tell the two apart.
 */
function suits(defect: Defect, { habit, isFresh }: Test): boolean {
  if (isFresh && needsHistory.has(defect)) return false;
  // Each run of these tests takes half a minute. They are only there to meet a silent agent.
  if (habit === "lasts") return false;
  if (defect === "kills-service") return habit === "reads-fragile";
  return habit !== "reads-ledger" || (defect !== "one-in-three" && defect !== "one-machine");
}

/** Splits a list into parts of random sizes, none much smaller than half of the average. */
export function inParts<T>(random: Random, list: readonly T[], parts: number): T[][] {
  const fair = list.length / parts;
  const ends = Array.from({ length: parts - 1 }, (_, index) =>
    Math.round(fair * (index + 1) + random.between(-fair / 4, fair / 4)),
  );
  const all = [0, ...ends, list.length];
  return all.slice(1).map((end, index) => list.slice(all[index], end));
}
