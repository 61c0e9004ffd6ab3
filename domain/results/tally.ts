import type { Subtest, SubtestCounts } from "../verdict/attempt.js";
import { hasFailed } from "./subtest.js";

/** How much of a test's results is kept, so that a report stays far below Temporal's limit. Lengths in characters. */
const limits = { kept: 500, failing: 100, name: 200, message: 2_000, texts: 200_000 } as const;
/** How many failing names are collected before some are chosen, so that the choice does not depend on their order. */
const failingSeen = 20_000;

/** The results of the subtests of one test. */
export interface Tally {
  counts: SubtestCounts;
  subtests: Subtest[];
  /** Names of the subtests that failed or ended in an error, each once, in order of appearance. */
  failing: string[];
  /** ISO time of the first failure; null if it is not known. */
  failedAt: string | null;
  /** Subtests that the test runner itself ran again. They passed in the end, and the report says that they failed before. */
  flaky: string[];
  /** Names in `failing` whose last run passed. If the test exits with 0, they are flaky and not failing. */
  recovered: string[];
  /** The first reason that was given for a skipped subtest; null if none was given. */
  skipReason: string | null;
}

/** Counts subtests as they arrive. */
export interface Counting {
  /** @param identity is the same in each rerun of one subtest; without it, each run counts as a different subtest */
  add(subtest: Subtest, failedAt?: string | null, identity?: string): void;
  /** Records a subtest that failed and then passed in the same run of the test. */
  addFlaky(name: string): void;
  readonly total: number;
  end(): Tally;
}

/**
 * Counts subtests, and keeps them within `limits`, the failing ones first. If there are too many failing names, it keeps those
 * that are first in the alphabet, so that two runs with the same failures name the same ones.
 * @param tidy removes what differs between machines from a text
 */
export function countSubtests(tidy: (text: string) => string): Counting {
  const counts: SubtestCounts = { passed: 0, failed: 0, error: 0, skipped: 0, todo: 0 };
  const [bad, others]: [Subtest[], Subtest[]] = [[], []];
  const names = new Set<string>();
  const flaky = new Set<string>();
  /** Failing subtests whose identity is known, and how each ended last. */
  const reruns = new Map<string, { name: string; passedLast: boolean }>();
  let failedAt: string | null = null;
  let skipReason: string | null = null;
  let total = 0;
  const nameOf = (text: string) => cut(oneLine(readable(tidy(text))), limits.name);
  return {
    get total() {
      return total;
    },
    addFlaky(given) {
      if (flaky.size < limits.failing) flaky.add(nameOf(given));
    },
    add(given, at = null, identity) {
      total++;
      counts[given.result]++;
      const isBad = hasFailed(given);
      const name = nameOf(given.name) || `subtest ${total}`;
      if (given.result === "skipped" && !/^(true)?$/.test(given.message)) skipReason ??= nameOf(given.message);
      noteRerun(identity, name, given.result, isBad);
      if (isBad && at !== null && (failedAt === null || at < failedAt)) failedAt = at;
      if (isBad && names.size < failingSeen) names.add(name);
      const kept = isBad ? bad : others;
      if (kept.length >= (isBad ? failingSeen : limits.kept)) return;
      // The long messages of thousands of failures would need too much memory until the end.
      const messageLimit = bad.length < 10 * limits.failing ? limits.message : 0;
      kept.push({ name, result: given.result, message: cut(readable(tidy(given.message)).trim(), messageLimit) });
    },
    end() {
      const failing = namesKept(names);
      const wanted = new Set(failing);
      const first = bad.filter(({ name }) => wanted.delete(name));
      const subtests = withinTexts([...first, ...others].slice(0, limits.kept));
      return {
        counts,
        failing,
        failedAt,
        subtests,
        flaky: [...flaky].filter((name) => !names.has(name)),
        recovered: recovered(failing),
        skipReason,
      };
    },
  };

  function noteRerun(identity: string | undefined, name: string, result: Subtest["result"], isBad: boolean): void {
    if (identity === undefined) return;
    const known = reruns.get(identity);
    if (known !== undefined) known.passedLast = result === "passed";
    else if (isBad && reruns.size < failingSeen) reruns.set(identity, { name, passedLast: false });
  }

  /** Failing names whose last run passed. A name is left out if another subtest of the same name failed in its last run. */
  function recovered(failing: readonly string[]): string[] {
    const all = [...reruns.values()];
    const failedLast = new Set(all.filter(({ passedLast }) => !passedLast).map(({ name }) => name));
    const passedLast = new Set(all.filter((each) => each.passedLast).map(({ name }) => name));
    return failing.filter((name) => passedLast.has(name) && !failedLast.has(name));
  }
}

function namesKept(names: ReadonlySet<string>): string[] {
  const all = [...names];
  if (all.length <= limits.failing) return all;
  const kept = new Set([...all].sort().slice(0, limits.failing));
  return all.filter((name) => kept.has(name));
}

/** Drops messages, the last first, when all texts together are too long. */
function withinTexts(subtests: readonly Subtest[]): Subtest[] {
  let room = limits.texts - subtests.reduce((sum, { name }) => sum + name.length, 0);
  return subtests.map((subtest) => {
    const message = cut(subtest.message, Math.max(0, room));
    room -= message.length;
    return { ...subtest, message };
  });
}

function cut(text: string, length: number): string {
  if (text.length <= length) return text;
  return length < 20 ? "" : `${text.slice(0, length - 1)}…`;
}

/** Removes terminal colors, and replaces other control characters: JSON writes each of them as six characters. */
function readable(text: string): string {
  // oxlint-disable-next-line no-control-regex
  return text.replaceAll(/\x1b\[[0-9;]*m/g, "").replaceAll(/[\0-\x08\x0b-\x1f\x7f]/g, "\ufffd");
}

function oneLine(text: string): string {
  return text.replaceAll(/\s+/g, " ").trim();
}
