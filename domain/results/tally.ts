import type { Subtest, SubtestCounts } from "../verdict/attempt.js";

/** What is kept of a test's results, so that a report stays far below what Temporal carries. Texts in characters. */
const limits = { kept: 500, failing: 100, name: 200, message: 2_000, texts: 200_000 } as const;
/** Failing names looked at, so that those that are kept do not depend on their order. */
const failingSeen = 20_000;

/** What the subtests of one test came to. */
export interface Tally {
  counts: SubtestCounts;
  subtests: Subtest[];
  /** Names of what failed or ended in an error, each once, in the order in which they came. */
  failing: string[];
  /** ISO time of the first failure; null where it is not known. */
  failedAt: string | null;
}

/** Counts subtests while they come. */
export interface Counting {
  add(subtest: Subtest, failedAt?: string | null): void;
  readonly total: number;
  end(): Tally;
}

/**
 * Counts subtests and keeps the failing ones before any others, within `limits`.
 * Of more failing names than are kept, those first in the alphabet: so two runs with the same failures name the same.
 * @param tidy makes a text free of what differs between machines
 */
export function countSubtests(tidy: (text: string) => string): Counting {
  const counts: SubtestCounts = { passed: 0, failed: 0, error: 0, skipped: 0, todo: 0 };
  const [bad, others]: [Subtest[], Subtest[]] = [[], []];
  const names = new Set<string>();
  let failedAt: string | null = null;
  let total = 0;
  return {
    get total() {
      return total;
    },
    add(given, at = null) {
      total++;
      counts[given.result]++;
      const isBad = given.result === "failed" || given.result === "error";
      const name = cut(oneLine(readable(tidy(given.name))), limits.name) || `subtest ${total}`;
      if (isBad && at !== null && (failedAt === null || at < failedAt)) failedAt = at;
      if (isBad && names.size < failingSeen) names.add(name);
      const kept = isBad ? bad : others;
      if (kept.length >= (isBad ? failingSeen : limits.kept)) return;
      // Long messages of thousands of failures are not kept until the end either.
      const messageLimit = bad.length < 10 * limits.failing ? limits.message : 0;
      kept.push({ name, result: given.result, message: cut(readable(tidy(given.message)).trim(), messageLimit) });
    },
    end() {
      const failing = namesKept(names);
      const wanted = new Set(failing);
      const first = bad.filter(({ name }) => wanted.delete(name));
      return { counts, failing, failedAt, subtests: withinTexts([...first, ...others].slice(0, limits.kept)) };
    },
  };
}

function namesKept(names: ReadonlySet<string>): string[] {
  const all = [...names];
  if (all.length <= limits.failing) return all;
  const kept = new Set([...all].sort().slice(0, limits.failing));
  return all.filter((name) => kept.has(name));
}

/** Leaves messages out, the last first, once all texts together are too long. */
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

/** Text without colours of a terminal, and without other control characters, each of which JSON makes six. */
function readable(text: string): string {
  // oxlint-disable-next-line no-control-regex
  return text.replaceAll(/\x1b\[[0-9;]*m/g, "").replaceAll(/[\0-\x08\x0b-\x1f\x7f]/g, "\ufffd");
}

function oneLine(text: string): string {
  return text.replaceAll(/\s+/g, " ").trim();
}
