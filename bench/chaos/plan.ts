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
  /** It has never passed: nothing is known to compare it with. */
  isFresh: boolean;
}

/** How many of the tests have no history. */
const freshShare = 0.15;

/** A test as one submission has it. */
export interface Planned extends Test {
  /** Null where it is good. */
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
    // Of what is wrong unseen only the last passing source can tell.
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
 * What only the source that last passed can tell: without one, nobody knows whether a test fails now and then, or whether it
 * or something else breaks what is around it, and its job ends as undiagnosed.
 */
const needsHistory: ReadonlySet<Defect> = new Set<Defect>(["one-in-three", "one-machine", "fills-disk"]);

/**
 * Only a test that uses the fragile service can kill it: its good source is the control. And what fails now and then
 * must not read what is wrong unseen: then its good source fails now and then as well, and nobody can tell them apart.
 */
function suits(defect: Defect, { habit, isFresh }: Test): boolean {
  if (isFresh && needsHistory.has(defect)) return false;
  // Each of their runs takes half a minute: they are there to meet an agent that is silent.
  if (habit === "lasts") return false;
  if (defect === "kills-service") return habit === "reads-fragile";
  return habit !== "reads-ledger" || (defect !== "one-in-three" && defect !== "one-machine");
}

/** The tests in parts of random sizes, each at least three. */
export function inParts<T>(random: Random, list: readonly T[], parts: number): T[][] {
  const fair = list.length / parts;
  const ends = Array.from({ length: parts - 1 }, (_, index) =>
    Math.round(fair * (index + 1) + random.between(-fair / 4, fair / 4)),
  );
  const all = [0, ...ends, list.length];
  return all.slice(1).map((end, index) => list.slice(all[index], end));
}
